import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPartial } from '../../../../src/disk/partial.ts';
import { statFields } from '../../../../src/disk/process-stat.ts';

/** Name of a variable by which every process of one try is known, its children's children among them. */
export const MARK = 'RELIABILITY_TRY';

/** By what the processes of one try are known: a variable of theirs, or their group, which those without variables have. */
export interface Kin {
  readonly mark: string;
  readonly group: number;
}

/** Pids of processes of a try that still run after `patienceMs`; empty where there is no /proc. */
export async function orphansOf(kin: Kin, patienceMs: number): Promise<number[]> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const left = await runningOf(kin);
    if (left.length === 0 || performance.now() > until) return left;
    await sleep(100);
  }
}

async function runningOf({ mark, group }: Kin): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const stat = statFields(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
    const isEnded = stat[0] === 'Z' || stat[0] === undefined;
    const isOfGroup = Number(stat[5 - 3]) === group;
    if (!isEnded && (isOfGroup || environment.includes(`${MARK}=${mark}\0`))) {
      found.push(Number(pid));
    }
  }
  return found;
}

/** Temporary files and locks below a folder, by their paths inside it. */
export async function litterIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.filter((path) => {
    const name = path.split('/').at(-1) ?? '';
    return isPartial(name) || name === 'run.lock' || name.endsWith('.lock');
  });
}

/** The folders of runs in the `runs` of a folder, or in another, oldest first. */
export async function runsIn(cwd: string, folder = join(cwd, 'runs')): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}

/** What is wrong with how a process said goodbye, whatever ended it; null where nothing is. */
export function uglyEnd({
  stderr,
  signalName,
}: {
  readonly stderr: string;
  readonly signalName: NodeJS.Signals | null;
}): string | null {
  if (signalName === 'SIGABRT' || signalName === 'SIGSEGV') return `ended by ${signalName}`;
  if (/terminate called|FATAL ERROR/.test(stderr)) return 'native code aborted the process';
  if (/^\s+at .+[:)]\d*/m.test(stderr)) return `a stack trace: ${complaint(stderr)}`;
  return null;
}

/** The last line that says what went wrong. */
export function complaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.findLast((line) => line.startsWith('bench:')) ?? lines.at(-1);
  return (said ?? 'nothing').slice(0, 200);
}
