import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LedgerRow, readLedger } from '../../../src/logs/ledger/row.ts';
import { readAppendLog } from '../../../src/record/append-log.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import { randomOf } from '../../../src/stats/random.ts';
import { type BenchEnd, runBench, startBench } from './bench-process.ts';
import { type Experiment, NOT_TRIED, type Outcome, tryEach } from './experiment.ts';
import { GOLDEN, makeSmallCorpus } from './inputs.ts';
import { beginRun } from './kills/begun-run.ts';
import { complaint, litterIn, runsIn, uglyEnd } from './kills/left-behind.ts';
import { retrieveSubject } from './kills/retrieve-subject.ts';

const AT_ONCE = 8;

/** One way to get in one another's way, in a folder of its own; null where nothing was lost. */
type Crowd = (cwd: string, seed: number) => Promise<Outcome>;

const CROWDS: readonly Crowd[] = [baselines, ledger, twoResumes, killedAmongThem, twoRuns];

/** Several processes at once on the same files. */
export const concurrencyExperiment: Experiment = {
  name: 'concurrency',
  tries:
    'eight processes on one baseline log or one ledger, some of them killed; two runs below one folder; two --resume of one run: no line lost, torn or twice, the second is told (exit 2), the first ends as if alone',
  count: { full: 25, short: 5 },
  run: async (options) => {
    const small = join(options.folder, 'inputs');
    await makeSmallCorpus(small);
    return await tryEach(options, async (seed) => {
      const cwd = join(options.folder, `try-${seed}`);
      await cp(small, cwd, { recursive: true });
      try {
        const lost = await (CROWDS[seed % CROWDS.length] ?? baselines)(cwd, seed);
        if (lost !== null) return lost;
        const litter = await litterIn(cwd);
        return litter.length === 0 ? null : `left behind: ${litter.join(', ')}`;
      } finally {
        await rm(cwd, { recursive: true, force: true });
      }
    });
  },
};

function add(figure: number): string[] {
  return ['baseline', 'add', '--metric', `figure=${figure}`, '--log', 'log.jsonl', '--commit', 'x'];
}

async function baselines(cwd: string): Promise<string | null> {
  const ends = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, figure) => runBench(add(figure), { cwd })),
  );
  const wrong = ends.find(({ code }) => code !== 0);
  if (wrong !== undefined) return `baseline add: ${complaint(wrong.stderr)}`;
  const { lines, damaged } = await readAppendLog(join(cwd, 'log.jsonl'));
  if (lines.length === AT_ONCE && damaged.length === 0) return null;
  return `${lines.length} lines of ${AT_ONCE}, ${damaged.length} damaged`;
}

async function ledger(cwd: string): Promise<string | null> {
  const ends = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, at) =>
      runBench(['ledger', 'add', join(GOLDEN, at % 2 === 0 ? 'pass' : 'drop')], { cwd }),
    ),
  );
  const wrong = ends.find(({ code }) => code !== 0);
  if (wrong !== undefined) return `ledger add: ${complaint(wrong.stderr)}`;
  const { rows, failures, problems } = readLedger(
    await readAppendLog(join(cwd, 'parity/ledger.jsonl')),
  );
  if (problems.length > 0) return problems.join('; ');
  if (rows.length + failures.length === 0) return 'the ledger is empty';
  const last = new Map<string, LedgerRow['change']>();
  for (const { endpoint, change } of rows) {
    if (last.get(endpoint) === change) return `${endpoint}: ${change} twice in a row`;
    last.set(endpoint, change);
  }
  const failed = new Set(failures.map(({ endpoint, runId }) => `${endpoint} of ${runId}`));
  if (failed.size < failures.length) return 'a failure is remembered twice';
  const check = await runBench(['ledger', 'check'], { cwd });
  return check.code === 0 ? null : `ledger check: ${complaint(check.stderr)}`;
}

/** Some of eight are killed: what the others added is whole, and a line of a killed one is whole or not there. */
async function killedAmongThem(cwd: string, seed: number): Promise<string | null> {
  const random = randomOf(seed);
  const ends = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, figure) => {
      const { child, end } = startBench(add(figure), { cwd });
      if (figure % 2 === 1) {
        await sleep(random.integer(200, 1500));
        child.kill('SIGKILL');
      }
      return await end;
    }),
  );
  const later = await runBench(add(AT_ONCE), { cwd });
  if (later.code !== 0) return `add after the kills: ${complaint(later.stderr)}`;
  const text = (await readAppendLog(join(cwd, 'log.jsonl'))).lines.map((line) => line.text);
  for (const [figure, { code, stderr }] of ends.entries()) {
    const count = text.filter((line) => new RegExp(`"figure":${figure}[,}]`).test(line)).length;
    if (code === 0 && count !== 1) return `figure ${figure} is there ${count} times`;
    if (code !== 0 && count > 1) return `figure ${figure} of a killed process is there twice`;
    if (figure % 2 === 0 && code !== 0) return `figure ${figure}: ${complaint(stderr)}`;
  }
  return null;
}

async function twoRuns(cwd: string): Promise<string | null> {
  const argvOf = (name: string) =>
    retrieveSubject.argv.map((word) => word.replace('hnsw://', `hnsw://${name}-`));
  const ends = await Promise.all(['one', 'two'].map((name) => runBench(argvOf(name), { cwd })));
  const wrong = ends.find(({ code }) => !retrieveSubject.ends.includes(code ?? -1));
  if (wrong !== undefined) return `retrieve: ${complaint(wrong.stderr)}`;
  const runs = await runsIn(cwd);
  if (runs.length !== 2) return `${runs.length} run folders of 2`;
  for (const folder of runs) {
    const { manifest, issues } = await openRun(folder);
    if (manifest?.status !== 'complete' || issues.length > 0) return `${folder} is not whole`;
  }
  const { damaged } = await readAppendLog(join(cwd, 'runs/looks.jsonl'));
  return damaged.length === 0 ? null : 'a line of looks.jsonl is damaged';
}

async function twoResumes(cwd: string, seed: number): Promise<Outcome> {
  const { argv, ends } = retrieveSubject;
  const { child, end, folder } = await beginRun(cwd);
  await sleep(randomOf(seed).integer(0, 300));
  child.kill('SIGKILL');
  const { signalName } = await end;
  if (folder === null) return 'retrieve left no run';
  // It was through before it could be killed.
  if (signalName !== 'SIGKILL') return NOT_TRIED;
  const again: BenchEnd[] = await Promise.all(
    [0, 100].map(async (afterMs) => {
      await sleep(afterMs);
      return await runBench([...argv, '--resume', folder], { cwd });
    }),
  );
  const ugly = again.map(uglyEnd).find((what) => what !== null);
  if (ugly !== undefined && ugly !== null) return ugly;
  const through = again.filter(({ code }) => ends.includes(code ?? -1));
  const told = again.filter(
    ({ code, stderr }) => code === 2 && /is writing this run|is complete/.test(stderr),
  );
  if (through.length !== 1 || told.length !== 1) {
    const said = again.map(({ code, stderr }) => `${code}: ${complaint(stderr)}`).join(' · ');
    return `not one through and one told: ${said}`;
  }
  const { manifest, issues } = await openRun(folder);
  const isWhole = manifest?.status === 'complete' && issues.length === 0;
  return isWhole ? null : `the run is ${manifest?.status ?? 'killed'}: ${issues.join('; ')}`;
}
