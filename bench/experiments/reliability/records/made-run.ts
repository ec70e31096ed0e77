import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from '../../size/scratch.ts';
import { type BenchEnd, runBench } from '../bench-process.ts';
import { makeSmallCorpus } from '../inputs.ts';
import { complaint, runsIn } from '../kills/left-behind.ts';
import type { DamagedRecord } from './record.ts';

/** The flags for the corpus named `small`. */
export const SMALL = ['--corpus', 'small'];

/** Runs a command in a folder with a corpus named `small`; it leaves one run below `runs`. */
export type MakeRun = (cwd: string) => Promise<BenchEnd>;

/** A run of one command. */
export function ofCommand(name: string, argv: readonly string[]): DamagedRecord {
  return ofRun(name, (cwd) => runBench(argv, { cwd }));
}

/** A run that is made in some way, and that `rescore` and `report` read. */
export function ofRun(name: string, make: MakeRun): DamagedRecord {
  return {
    name,
    isLog: false,
    make: async (path) => {
      await using scratch = await scratchFolder('record');
      const cwd = scratch.path;
      await makeSmallCorpus(cwd);
      const end = await make(cwd);
      await rename(await runIn(cwd, end), path);
      // Where a command looks for what is named relative to its folder.
      await cp(join(cwd, 'small'), join(path, '..', 'small'), { recursive: true });
    },
    commands: readers(name),
  };
}

/** The commands that read a run of any kind. */
export function readers(run: string): DamagedRecord['commands'] {
  return [
    ['rescore', run],
    ['report', run, '-o', 'markdown'],
  ];
}

/** The run that a command left; of several, the first whose name ends so. @throws Error where it left none */
export async function runIn(cwd: string, { code, stderr }: BenchEnd, ending = ''): Promise<string> {
  const folder = (await runsIn(cwd)).find((each) => each.endsWith(ending));
  if (folder === undefined) throw new Error(`no run: ended with ${code}: ${complaint(stderr)}`);
  return folder;
}
