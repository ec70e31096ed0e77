import { fork } from 'node:child_process';
import { scratchFolder } from '../size/scratch.ts';
import { ended } from './endings.ts';
import type { ExperimentResult } from './experiment.ts';
import type { PartOrder } from './part-child.ts';
import { type Part, unfinished } from './parts.ts';

/** Makes the tries of a part in a process of its own. One that ends without a result counts as a failure. */
export async function runPart(part: Part, signal: AbortSignal): Promise<ExperimentResult> {
  await using folder = await scratchFolder(`reliability-${part.name}`);
  const child = fork(new URL('./part-child.ts', import.meta.url), {
    execArgv: ['--conditions=source'],
    // What it prints by mistake is no part of the table.
    stdio: ['ignore', 2, 'inherit', 'ipc'],
  });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop);
  let result: ExperimentResult | null = null;
  child.on('message', (said: ExperimentResult) => {
    result = said;
  });
  const order: PartOrder = { part, folder: folder.path };
  child.send(order);
  const how = await ended(child);
  signal.removeEventListener('abort', stop);
  return result ?? unfinished(part, `its process ended (${how})`);
}
