import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isErrno } from '../../../../src/disk/errno.ts';
import { BenchError } from '../../../../src/errors.ts';
import { readAppendLog } from '../../../../src/record/append-log.ts';
import { openRun } from '../../../../src/record/run/open-run.ts';
import { randomOf } from '../../../../src/stats/random.ts';
import { type BenchEnd, runBench } from '../bench-process.ts';
import { type Experiment, NOT_TRIED, type Outcome, tryEach } from '../experiment.ts';
import { ENCODER, GOLDEN, makeSmallCorpus } from '../inputs.ts';
import { beginRun } from '../kills/begun-run.ts';
import { complaint, litterIn, runsIn, uglyEnd } from '../kills/left-behind.ts';
import { retrieveSubject } from '../kills/retrieve-subject.ts';
import { mountSmall, type SmallDisk } from './small-disk.ts';

/** A place whose disk is in the way. */
interface Place {
  readonly cwd: string;
  readonly seed: number;
  readonly folder: string;
}

type Trouble = (place: Place) => Promise<Outcome>;

const TROUBLES: readonly Trouble[] = [
  fullDuringRun,
  fullBesideLedger,
  fullBesideOutput,
  shortFiles,
  runRemoved,
  partRemoved,
  readOnlyPlaces,
  fullDuringCorpus,
];

/** Disks that are full, limited, read-only, and folders that go away. */
export const diskExperiment: Experiment = {
  name: 'disk',
  tries:
    'a disk that fills up at a random point, files that may not grow, read-only places, a run folder or a part of it removed while it is written: exit 4 and one line with the path and the reason, no stack trace, what was finished reads back, nothing short in the place of a whole file, no folder made again, and the run goes on once there is room',
  count: { full: 32, short: 8 },
  run: async (options) => {
    const inputs = join(options.folder, 'inputs');
    await makeSmallCorpus(inputs);
    return await tryEach(options, async (seed) => {
      const cwd = join(options.folder, `try-${seed}`);
      await cp(inputs, cwd, { recursive: true });
      try {
        return await (TROUBLES[seed % TROUBLES.length] ?? fullDuringRun)({
          cwd,
          seed,
          folder: join(cwd, 'disk'),
        });
      } finally {
        await rm(cwd, { recursive: true, force: true });
      }
    });
  },
};

/** Whether an end tells of the disk as it should; `shown` is what its line must name. */
function untold(end: BenchEnd, shown: RegExp): string | null {
  const ugly = uglyEnd(end);
  if (ugly !== null) return ugly;
  if (end.code !== 4) return `ended with ${end.code}: ${complaint(end.stderr)}`;
  const lines = end.stderr.split('\n').filter((line) => line.startsWith('bench: '));
  return lines.some((line) => shown.test(line)) ? null : `says ${complaint(end.stderr)}`;
}

async function fullDuringRun({ cwd, seed, folder }: Place): Promise<Outcome> {
  await using disk = await mountSmall(folder, randomOf(seed).integer(8, 400));
  if (disk === null) return NOT_TRIED;
  const argv = [...retrieveSubject.argv, '--runs', folder];
  const end = await runBench(argv, { cwd });
  if (retrieveSubject.ends.includes(end.code ?? -1)) return NOT_TRIED;
  const wrong = untold(end, /disk\/.*(ENOSPC|full)/);
  if (wrong !== null) return wrong;
  const [run] = await runsIn(cwd, folder);
  if (run === undefined) return null;
  const unread = await readsBack(run);
  if (unread !== null) return unread;
  await disk.grow();
  const again = await runBench([...argv, '--resume', run], { cwd });
  if (!retrieveSubject.ends.includes(again.code ?? -1)) {
    return `with room again: ${again.code}: ${complaint(again.stderr)}`;
  }
  const litter = await litterIn(folder);
  return litter.length === 0 ? null : `left behind: ${litter.join(', ')}`;
}

/** What was finished before reads back, or is refused in one line. */
async function readsBack(run: string): Promise<string | null> {
  try {
    await (await openRun(run)).observations();
    return null;
  } catch (error) {
    if (error instanceof BenchError && error.code === 'run-missing') return null;
    return `what was finished does not read back: ${String(error)}`;
  }
}

async function fullBesideLedger({ cwd, folder }: Place): Promise<Outcome> {
  await using disk = await mountSmall(folder, 64);
  if (disk === null) return NOT_TRIED;
  const add = (run: string) =>
    runBench(['ledger', 'add', join(GOLDEN, run), '--ledger', 'disk/ledger.jsonl'], { cwd });
  const first = await add('pass');
  if (first.code !== 0) return `the first row: ${complaint(first.stderr)}`;
  const files = ['ledger.jsonl', 'ledger.md'].map((name) => join(folder, name));
  await disk.fill();
  const before = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const wrong = untold(await add('drop'), /disk\/.*(ENOSPC|full)/);
  if (wrong !== null) return wrong;
  const after = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  if (after[1] !== before[1]) return 'ledger.md is not the old one';
  const { damaged } = await readAppendLog(files[0] ?? '');
  if (damaged.length > 0) return 'a torn line in the ledger';
  const litter = await litterIn(folder);
  return litter.length === 0 ? null : `left behind: ${litter.join(', ')}`;
}

/** Commands that write over what they wrote before, of another run. */
async function fullBesideOutput({ cwd, seed, folder }: Place): Promise<Outcome> {
  await using disk = await mountSmall(folder, 8192);
  if (disk === null) return NOT_TRIED;
  const write = (run: string): readonly string[] =>
    Math.floor(seed / TROUBLES.length) % 2 === 0
      ? ['export', '--trec', join(GOLDEN, run), '--out', 'disk']
      : ['report', join(GOLDEN, run), '-o', 'disk/page.html'];
  const first = await runBench([...write('pass')], { cwd });
  if (first.code !== 0) return `the first time: ${complaint(first.stderr)}`;
  await disk.fill();
  const before = await textsIn(folder);
  const wrong = untold(await runBench([...write('drop')], { cwd }), /disk\/.*(ENOSPC|full)/);
  if (wrong !== null) return wrong;
  return isDeepStrictEqual(await textsIn(folder), before) ? null : 'a former file is another one';
}

async function textsIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = (await readdir(folder)).sort();
  return await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
}

/** Files of at most some kilobytes: a disk that takes a part of each write. */
async function shortFiles({ cwd, seed }: Place): Promise<Outcome> {
  const blocks = randomOf(seed).integer(1, 120);
  const under = ['sh', '-c', `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`];
  const ran = await runBench(['ingest', ...INGEST], { cwd });
  if (ran.code !== 0) return `ingest: ${complaint(ran.stderr)}`;
  const end = await runBench([...retrieveSubject.argv], { cwd, under });
  if (retrieveSubject.ends.includes(end.code ?? -1)) return NOT_TRIED;
  const wrong = untold(end, /EFBIG|so large/);
  if (wrong !== null) return `files of ${blocks} blocks: ${wrong}`;
  for (const run of await runsIn(cwd)) {
    const unread = await readsBack(run);
    if (unread !== null) return unread;
  }
  return null;
}

const INGEST = [
  ...['--corpus', 'small', '--embed', 'onnx'],
  ...['--backend', 'hnsw://old-{collection}?m=8', '--backend', 'hnsw://new-{collection}?m=16'],
];

async function runRemoved({ cwd, seed }: Place): Promise<Outcome> {
  const { end, run } = await afterBegin(cwd, randomOf(seed).integer(0, 400), (folder) =>
    removeAtOnce(folder, join(cwd, 'removed')),
  );
  if (run === null || retrieveSubject.ends.includes(end.code ?? -1)) return NOT_TRIED;
  const wrong = untold(end, /removed|cannot be|no run/);
  if (wrong !== null) return wrong;
  const left = await runsIn(cwd);
  return left.length === 0 ? null : 'the removed folder was made again';
}

async function partRemoved({ cwd, seed }: Place): Promise<Outcome> {
  const random = randomOf(seed);
  const part = random.fraction() < 0.5 ? 'observations' : 'vectors';
  const { end, run } = await afterBegin(cwd, random.integer(0, 400), (folder) =>
    removeAtOnce(join(folder, part), join(cwd, 'removed')),
  );
  if (run === null) return NOT_TRIED;
  const { manifest, issues } = await openRun(run, { allowDamaged: true }).catch(() => ({
    manifest: null,
    issues: ['unreadable'],
  }));
  // Removed before anything was in it, or after all was over.
  if (manifest?.status === 'complete' && issues.length === 0) return NOT_TRIED;
  if (manifest?.status !== 'complete' || !retrieveSubject.ends.includes(end.code ?? -1)) {
    return untold(end, /removed|missing|cannot be/);
  }
  // A removal after the last step is none of the run's.
  return issues.every((issue) => issue.includes('missing')) ? null : issues.join('; ');
}

/** Removes a folder that is written to: file by file, a new one would come in between. Without one nothing is done. */
async function removeAtOnce(folder: string, aside: string): Promise<void> {
  try {
    await rename(folder, aside);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  await rm(aside, { recursive: true, force: true, maxRetries: 10 });
}

/** Starts a run, does something to its folder a little after it appeared, and waits for its end. */
async function afterBegin(
  cwd: string,
  delayMs: number,
  act: (run: string) => Promise<void>,
): Promise<{ end: BenchEnd; run: string | null }> {
  const { end, folder, isOver } = await beginRun(cwd);
  await sleep(delayMs);
  if (folder !== null && !isOver()) await act(folder);
  return { end: await end, run: folder };
}

async function readOnlyPlaces({ cwd, folder }: Place): Promise<Outcome> {
  await using disk: SmallDisk | null = await mountSmall(folder, 512);
  if (disk === null) return NOT_TRIED;
  await disk.makeReadOnly();
  const run = join(GOLDEN, 'pass');
  const commands: readonly (readonly string[])[] = [
    ['compare', run, join(GOLDEN, 'drop'), '-o', 'disk/compare.md'],
    ['ledger', 'add', run, '--ledger', 'disk/ledger.jsonl'],
    ['baseline', 'add', run, '--log', 'disk/log.jsonl', '--commit', 'x'],
    ['export', '--trec', run, '--out', 'disk/trec'],
    ['corpus', 'generate', '--size', '5', '--out', 'disk/corpus'],
    ['truth', 'small', '--encoder', ENCODER, '--out', 'disk/truth'],
    [...retrieveSubject.argv, '--runs', 'disk/runs'],
  ];
  for (const argv of commands) {
    const wrong = untold(await runBench(argv, { cwd }), /disk.*(EROFS|read-only)/);
    if (wrong !== null) return `${argv.slice(0, 2).join(' ')} into a read-only place: ${wrong}`;
  }
  return null;
}

async function fullDuringCorpus({ cwd, seed, folder }: Place): Promise<Outcome> {
  await using disk = await mountSmall(folder, randomOf(seed).integer(4, 60));
  if (disk === null) return NOT_TRIED;
  await writeFile(join(folder, 'kept'), 'kept');
  const commands: readonly (readonly string[])[] = [
    ['corpus', 'generate', '--size', '200', '--out', 'disk/corpus'],
    ['truth', 'small', '--encoder', ENCODER, '--out', 'disk/truth'],
    ['export', '--trec', join(GOLDEN, 'pass'), '--out', 'disk/trec'],
  ];
  let isTried = false;
  for (const argv of commands) {
    const end = await runBench(argv, { cwd });
    const what = `${argv[0]} ${argv[1]} onto a full disk`;
    if (end.code === 0) continue;
    isTried = true;
    const wrong = untold(end, /disk.*(ENOSPC|full)/);
    if (wrong !== null) return `${what}: ${wrong}`;
    const litter = await litterIn(folder);
    if (litter.length > 0) return `${what}: left behind: ${litter.join(', ')}`;
  }
  if ((await readFile(join(folder, 'kept'), 'utf8')) !== 'kept') return 'a file was changed';
  return isTried ? null : NOT_TRIED;
}
