import type { Config } from '../../src/config/resolve.ts';
import { UsageError } from '../../src/errors.ts';
import type { OpenMachines } from '../../src/load/job/load.ts';
import type { LoadPlan } from '../../src/load/plan.ts';
import type { Progress } from '../../src/progress.ts';
import type { OpenQueue, QueueFlags } from './queue-options.ts';

/** Flags of a load that several machines put together. */
export interface MachineFlags extends QueueFlags {
  readonly machines?: string;
}

/**
 * How many machines put a load together; 1 where no queue is named.
 * @throws UsageError for a load that several machines cannot put
 */
export function machineCount(
  { machines, queue }: MachineFlags,
  plan: LoadPlan,
  config: Pick<Config, 'incumbent' | 'candidate'>,
): number {
  if (queue === undefined) {
    if (machines === undefined) return 1;
    throw refused('--machines needs a queue', 'name one: --queue redis://HOST:PORT --store FOLDER');
  }
  const count = Number(machines ?? Number.NaN);
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000)) {
    throw refused('--queue needs --machines', 'say how many workers put the load: --machines 2');
  }
  if (plan.saturation || (plan.rates === null && plan.ramp === null)) {
    throw refused(
      'several machines put rates and ramps that are named',
      'name --rates or --ramp; closed loops and --saturation are of one machine',
    );
  }
  if (config.incumbent.url === null || config.candidate.url === null) {
    throw refused(
      'the embedded pair answers this machine alone',
      'name both backends by addresses that every machine reaches',
    );
  }
  return count;
}

/** Machines of an open queue. */
export async function machinesOn(
  { server, store }: OpenQueue,
  options: {
    readonly count: number;
    readonly config: Pick<Config, 'incumbent' | 'candidate'>;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<OpenMachines> {
  const { machinesOnQueue } = await import('../../src/queue/load/machines.ts');
  const { incumbent, candidate } = options.config;
  return machinesOnQueue({
    ...options,
    server,
    store,
    configuredHeaders: [Object.keys(incumbent.headers), Object.keys(candidate.headers)],
  });
}

function refused(message: string, hint: string): UsageError {
  return new UsageError('usage-machines', message, { hint });
}
