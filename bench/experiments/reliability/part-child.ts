import { toldToEnd } from './endings.ts';
import { EXPERIMENTS } from './experiments.ts';
import { type Part, unfinished } from './parts.ts';

/** A part, and the empty folder that it may use. */
export interface PartOrder {
  readonly part: Part;
  readonly folder: string;
}

// An experiment in a process of its own: what it computes and holds does not get in the way of another one.
const interrupt = toldToEnd();
process.on('disconnect', () => process.exit(1));

async function run({ part, folder }: PartOrder): Promise<void> {
  const { name, tries, seed } = part;
  const experiment = EXPERIMENTS.find((each) => each.name === name);
  const result = await (
    experiment?.run({ tries, seed, signal: interrupt, folder }) ??
    Promise.reject(new Error(`no experiment ${name}`))
  ).catch((error: unknown) =>
    unfinished(part, error instanceof Error ? error.message : String(error)),
  );
  process.send?.(result, () => process.exit());
}

process.once('message', (order: PartOrder) => void run(order));
