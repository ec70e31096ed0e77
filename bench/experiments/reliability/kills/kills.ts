import { randomUUID } from 'node:crypto';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../../../src/stats/random.ts';
import { type BenchEnd, runBench, startBench } from '../bench-process.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { makeSmallCorpus } from '../inputs.ts';
import { drillSubject } from './drill-subject.ts';
import { complaint, litterIn, MARK, orphansOf, uglyEnd } from './left-behind.ts';
import { ingestSubject, loadSubject, sweepSubject } from './other-subjects.ts';
import { retrieveSubject } from './retrieve-subject.ts';
import { shadowSubject } from './shadow-subject.ts';
import type { Subject } from './subject.ts';
import { truthSubject } from './truth-subject.ts';
import { writeVectors } from './vector-corpus.ts';

const SUBJECTS: readonly Subject[] = [
  retrieveSubject,
  truthSubject,
  ingestSubject,
  loadSubject,
  sweepSubject,
  shadowSubject,
  drillSubject,
];
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM', 'twice'] as const;
const MOST_MS = 180_000;
/** The fractional parts of its multiples lie evenly in [0, 1), however many they are (Weyl 1916). */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;
/** Beside another one a command takes longer than alone. */
const STRETCH = 1.2;
const AT_ONCE = 2;

/** What a subject does when nobody kills it. */
interface Unkilled {
  readonly lengthMs: number;
  readonly expected: unknown;
  /** See `lastWords`; null where it is never ended by itself. */
  readonly lastWords: string | null;
}

/** Kills commands at random points, by every signal, and goes on. */
export const killsExperiment: Experiment = {
  name: 'kills',
  tries:
    'retrieve, truth, ingest, load, sweep, shadow and drill are killed at points spread over their whole length by SIGKILL, SIGINT, SIGTERM or Ctrl-C twice: 130 for a signal, no process and no temporary file left, no abort in native code, the same answers and bytes after going on, nothing lost, nothing doubled, nothing half-written read as whole',
  count: { full: 35, short: 7 },
  perProcess: 70,
  run: async (options) => {
    const { folder, signal } = options;
    const inputs = join(folder, 'inputs');
    await prepare(inputs, signal);
    const known = new Map<string, Promise<Unkilled>>();
    return await tryEach({ ...options, atOnce: AT_ONCE }, async (seed) => {
      const subject = SUBJECTS[seed % SUBJECTS.length] ?? retrieveSubject;
      if (!known.has(subject.name)) known.set(subject.name, unkilled(subject, folder, inputs));
      const expected = await (known.get(subject.name) as Promise<Unkilled>);
      const cwd = join(folder, `try-${seed}`);
      await cp(inputs, cwd, { recursive: true });
      try {
        return await killOnce(subject, { seed, cwd, signal, expected });
      } finally {
        await rm(cwd, { recursive: true, force: true });
      }
    });
  },
};

async function prepare(inputs: string, signal: AbortSignal): Promise<void> {
  await makeSmallCorpus(inputs);
  // Enough that native threads search them.
  await writeVectors(join(inputs, 'source'), {
    rows: 30_000,
    queries: 300,
    dimension: 64,
    seed: 7,
  });
  const imported = await runBench(['corpus', 'import', '--from', 'source', '--out', 'vectors'], {
    cwd: inputs,
  });
  if (imported.code !== 0) throw new Error(`no vectors: ${imported.stderr}`);
  await rm(join(inputs, 'source'), { recursive: true });
  await writeFile(join(inputs, 'package.json'), '{"private":true}');
  signal.throwIfAborted();
}

async function unkilled(subject: Subject, folder: string, inputs: string): Promise<Unkilled> {
  if (subject.latestMs !== undefined) {
    return { lengthMs: subject.latestMs, expected: null, lastWords: null };
  }
  const cwd = join(folder, `whole-${subject.name}`);
  await cp(inputs, cwd, { recursive: true });
  const began = performance.now();
  const { code, stderr } = await runBench(subject.argv, { cwd });
  const lengthMs = performance.now() - began;
  if (!subject.ends.includes(code ?? -1)) {
    throw new Error(`${subject.name} ends with ${code} by itself: ${complaint(stderr)}`);
  }
  const expected = await subject.expected(cwd);
  await rm(cwd, { recursive: true, force: true });
  return { lengthMs, expected, lastWords: lastWords(stderr, cwd) };
}

interface Try {
  readonly seed: number;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly expected: Unkilled;
}

async function killOnce(
  subject: Subject,
  { seed, cwd, signal, expected }: Try,
): Promise<string | null> {
  // Neighbours get other signals and points, so that a short series has of all.
  const turn = Math.floor(seed / SUBJECTS.length);
  const how = SIGNALS[((seed % SUBJECTS.length) + turn) % SIGNALS.length] ?? 'SIGKILL';
  const afterMs = Math.round(((seed * GOLDEN_RATIO) % 1) * STRETCH * expected.lengthMs);
  const mark = randomUUID();
  const env = { [MARK]: mark, TMPDIR: cwd };
  const { child, end, printed } = startBench(subject.argv, { cwd, env, detached: true });
  const stop = new AbortController();
  const accompanied = subject.accompany?.(printed, stop.signal).catch(() => {});
  const killing = (async () => {
    await sleep(afterMs);
    child.kill(how === 'twice' ? 'SIGINT' : how);
    if (how !== 'twice') return false;
    await sleep(randomOf(seed).integer(0, 300));
    return child.kill('SIGINT');
  })();
  const told = `${subject.name}, ${how} after ${afterMs} ms`;
  const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS + afterMs);
  const ended = await end;
  clearTimeout(timer);
  stop.abort();
  const [isSecondSent] = await Promise.all([killing, accompanied]);
  signal.throwIfAborted();
  const isThrough = lastWords(ended.stderr, cwd) === expected.lastWords;
  const wrong = endProblem(subject, ended, { how, isSecondSent, isThrough });
  if (wrong !== null) return `${told}: ${wrong}`;
  const orphans = await orphansOf({ mark, group: child.pid ?? 0 }, 8000);
  for (const pid of orphans) endNow(pid);
  if (orphans.length > 0) return `${told}: ${orphans.length} processes were left`;
  const start = (argv: readonly string[]) => startBench(argv, { cwd, env });
  const run = (argv: readonly string[]) => start(argv).end;
  const lost = await subject.goOn({ cwd, run, start }, expected.expected);
  if (lost !== null) return `${told}: ${lost}`;
  const litter = (await litterIn(cwd)).filter((path) => !isOfTheDead(subject, how, path));
  return litter.length === 0 ? null : `${told}: left behind: ${litter.join(', ')}`;
}

/** Nobody writes again where a command cannot go on, so what a process that was killed held or wrote stays there. */
function isOfTheDead(subject: Subject, how: (typeof SIGNALS)[number], path: string): boolean {
  return how === 'SIGKILL' && !subject.goesOn && path.startsWith(`runs${sep}`);
}

interface Killed {
  readonly how: (typeof SIGNALS)[number];
  /** Whether a second Ctrl-C found the process there. */
  readonly isSecondSent: boolean;
  /** Whether the command had said its last words. */
  readonly isThrough: boolean;
}

function endProblem(
  subject: Subject,
  ended: BenchEnd,
  { how, isSecondSent, isThrough }: Killed,
): string | null {
  const ugly = uglyEnd(ended);
  if (ugly !== null) return ugly;
  const { code, signalName, stdout, stderr } = ended;
  if (subject.ends.includes(code ?? -1)) return null;
  if (how === 'SIGKILL') return signalName === 'SIGKILL' ? null : `ended with ${code}`;
  // A second Ctrl-C may come while Node takes itself down after the first: to a shell that is 130 too.
  if (code === 130 || (isSecondSent && signalName === 'SIGINT')) return null;
  // Before Node runs its first line, the system ends it.
  const isUnborn = signalName !== null && stdout === '' && stderr === '';
  // While Node takes itself down after the last step, or after it told of the interrupt, the system ends it too: a
  // shell gives either the code 130.
  const isTold = signalName === 'SIGINT' && /^bench: interrupted\b/m.test(stderr);
  const isGone = (signalName !== null && isThrough) || isTold;
  return isUnborn || isGone ? null : `ended with ${code ?? signalName}: ${complaint(stderr)}`;
}

/** The last line of a command's messages, without what differs from run to run: names, figures and the answer. */
function lastWords(stderr: string, cwd: string): string {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const answer = /^bench: (pass|fail|inconclusive|environment unfit|informational)\b/;
  return answer.test(last) ? 'the answer' : last.replaceAll(cwd, '').replaceAll(/[\da-f]+/g, '#');
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
