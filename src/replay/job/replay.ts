import { counted } from '../../counted.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { createAnswerVariants, UNREAD } from '../../load/answers/answers.ts';
import { type LoadArm, runSchedule } from '../../load/drive/trial.ts';
import { durationText } from '../../load/pace/expected-time.ts';
import type { PaceMode } from '../../load/pace/pacer.ts';
import { type LoadRecord, outcomeOf } from '../../load/recorder.ts';
import type { Pair } from '../../observe/ask.ts';
import { embedShared } from '../../observe/embed-shared.ts';
import { runEnvironment } from '../../observe/run-manifest.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { Side } from '../../record/types.ts';
import { type CapturedNeed, openCapture } from '../../traffic/capture-record.ts';
import {
  recordedAnswer,
  requestFrom,
  type TrafficAnswer,
  type TrafficQuestion,
} from '../../traffic/question.ts';
import { requireHttp } from '../../wire/call.ts';
import type { Encoded, HttpAccess } from '../../wire/http/access.ts';
import type { HitsResponse } from '../../wire/operations.ts';
import { type ReplaySchedule, replaySchedule } from '../find/replay-schedule.ts';
import {
  REPLAY_BLOCK,
  type RecordedReplay,
  type ReplayAnswer,
  type ReplayRow,
  replayCodec,
} from '../record/replay-record.ts';
import { type DerivedReplay, rescoreReplay } from './rescore-replay.ts';

/** What is replayed, and how. */
export interface ReplayConfig {
  /** Run folder of a capture. */
  readonly capture: string;
  /** How many times as fast as it was recorded. */
  readonly speed: number;
  readonly deadlineMs: number;
  readonly pace: PaceMode;
  readonly runs: string;
}

/** What a caller hands in. */
export interface ReplayOptions {
  readonly backends: Pair;
  /** Recall of an answer; absent: it is not looked at. */
  readonly recallOf?: (
    question: TrafficQuestion,
    answer: Pick<TrafficAnswer, 'ids' | 'collections'>,
  ) => number | null;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A replay and what it found. */
export interface ReplayResult extends DerivedReplay {
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  readonly exitCode: ExitCode;
}

const SIDES = ['incumbent', 'candidate'] as const;

/**
 * Puts the arrivals of a capture to both sides at the times at which they came, by an open loop, in pairs of blocks
 * that take turns; leaves a run folder below `config.runs`.
 * @throws UsageError where the capture has no arrival times, a side cannot be asked any of its needs, or it would take
 *   more than a week.
 */
export async function replayCapture(
  config: ReplayConfig,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { backends, signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const { traffic, folder, id } = await openCapture(config.capture);
  if (traffic.arrivals.length === 0) {
    throw new UsageError('replay-times', `${folder}: the traffic came without times`, {
      hint: 'capture a log that says when each request came, or use bench load',
    });
  }
  const sides = SIDES.map((side) => requireHttp(backends[side], 'a replay'));
  const texts = traffic.needs.flatMap(({ id: need, question: { text } }) =>
    text === null ? [] : [{ id: need, text }],
  );
  await embedShared(backends, texts, { model: null, signal, progress: NO_PROGRESS });
  const encoded = sides.map((http) => traffic.needs.map((need) => encodedBy(http, need)));
  const isAsked = (need: number) => encoded.every((needs) => needs[need] !== null);
  const arrivals = traffic.arrivals.filter(({ need }) => isAsked(need));
  if (arrivals.length === 0) {
    throw new UsageError('replay-requests', `${folder}: no need that both sides can be asked`, {
      hint: 'filters, several collections and vectors need a dialect that takes them in one request',
    });
  }
  const plan = replaySchedule(arrivals, config.speed);
  const expectedMs = plan.schedule.durationMs;
  requireEnd(folder, expectedMs, config.speed);
  const arms = sides.map(
    (http, arm): LoadArm & { answers: ReturnType<typeof createAnswerVariants> } => ({
      url: http.url,
      tls: http.tls,
      // What is never scheduled has a place in the list all the same.
      exchanges: encoded[arm]?.map((need) => http.prepare(need?.requests[0] ?? NOTHING)) ?? [],
      answers: createAnswerVariants(),
    }),
  );
  const writer = await createRun({ parentFolder: config.runs });
  const facts = await factsOf(config, backends, id);
  await writer.describe(facts);
  progress.note(
    `${counted(arrivals.length, 'arrival')} to each side in ${durationText(expectedMs)}`,
  );
  progress.stage('replaying', 0, { expectedMs });
  const { record } = await runSchedule(arms, plan.schedule, {
    deadlineMs: config.deadlineMs,
    mode: config.pace,
    signal,
  });
  const read = answersRead(record, arms, {
    encoded,
    needs: traffic.needs,
    recallOf: options.recallOf,
  });
  const recorded: RecordedReplay = {
    capture: id,
    speed: config.speed,
    needs: traffic.needs.map(({ id: need, question }) => ({
      id: need,
      k: question.k,
      collections: question.collections,
      // An answer without a row has a recall wherever there is truth.
      hasTruth: (options.recallOf?.(question, { ids: [], collections: [] }) ?? null) !== null,
    })),
    rows: rowsOf(record, plan, {
      needs: traffic.needs,
      indexOf: read.indexOf,
      cutBeforeMs: signal.aborted ? config.deadlineMs : null,
    }),
    answers: read.answers,
    leftOut: traffic.arrivals.length - arrivals.length,
    isComplete: !signal.aborted,
  };
  await writer.writeRecord(REPLAY_BLOCK, replayCodec, recorded);
  const derived = await rescoreReplay(await writer.readBack());
  await writer.writeDerived(derived);
  const status = signal.aborted ? 'interrupted' : 'complete';
  await writer.finish({ ...facts, status });
  const exitCode = status === 'complete' ? EXIT.pass : EXIT.interrupted;
  return { ...derived, status, runFolder: writer.folder, exitCode };
}

/**
 * Refuses a replay that nobody waits for: a log with a gap of weeks, or with one wrong time.
 * @throws UsageError that names the speed at which it ends
 */
function requireEnd(folder: string, expectedMs: number, speed: number): void {
  if (expectedMs <= LONGEST_MS) return;
  const enough = Math.ceil((speed * expectedMs) / LONGEST_MS);
  throw new UsageError(
    'replay-duration',
    `${folder}: a replay would take ${durationText(expectedMs)}, with both sides one after the other`,
    {
      hint: `name --speed ${enough} or more, or capture a shorter time; one wrong time in the log makes a gap`,
    },
  );
}

/** Longest time that a replay may take: a week. */
const LONGEST_MS = 7 * 86_400_000;

const NOTHING = { method: 'GET', path: '/' } as const;

function encodedBy(http: HttpAccess, { question }: CapturedNeed): Encoded<HitsResponse> | null {
  const { operation, request } = requestFrom(question);
  const encoded = http.encode(operation, request);
  return encoded?.requests.length === 1 ? encoded : null;
}

interface ReadAnswers {
  readonly answers: readonly ReplayAnswer[];
  /** Index of a row's answer; null where it has none, or it is unreadable. */
  readonly indexOf: (row: number) => number | null;
}

/** Reads each distinct body once. */
function answersRead(
  record: LoadRecord,
  arms: readonly { readonly answers: ReturnType<typeof createAnswerVariants> }[],
  {
    encoded,
    needs,
    recallOf,
  }: {
    readonly encoded: readonly (readonly (Encoded<HitsResponse> | null)[])[];
    readonly needs: readonly CapturedNeed[];
    readonly recallOf: ReplayOptions['recallOf'];
  },
): ReadAnswers {
  const answers: ReplayAnswer[] = [];
  const known = new Map<string, number | null>();
  const { schedule, variant } = record;
  const read = (arm: number, need: number, number: number): number | null => {
    const question = needs[need]?.question;
    const body = arms[arm]?.answers.variant(need, number);
    if (question === undefined || body === undefined) return null;
    try {
      const reply = { status: 200, contentType: 'application/json', bytes: body };
      const answer = recordedAnswer('ok', 200, encoded[arm]?.[need]?.read([reply]) ?? null);
      const recall = recallOf?.(question, answer) ?? null;
      return answers.push({ side: sideOf(arm), need: needs[need]?.id ?? '', answer, recall }) - 1;
    } catch {
      return null;
    }
  };
  return {
    answers,
    indexOf: (row) => {
      const number = variant[row] ?? 0;
      if (number === 0 || number === UNREAD) return null;
      const [arm, need] = [schedule.arm[row] ?? 0, schedule.query[row] ?? 0];
      const key = `${arm}/${need}/${number}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const index = read(arm, need, number);
      known.set(key, index);
      return index;
    },
  };
}

function rowsOf(
  record: LoadRecord,
  { schedule, arrival, pairOf }: ReplaySchedule,
  {
    needs,
    indexOf,
    cutBeforeMs,
  }: {
    readonly needs: readonly CapturedNeed[];
    readonly indexOf: ReadAnswers['indexOf'];
    /** What was given up earlier than that was given up by an interrupt; null without one. */
    readonly cutBeforeMs: number | null;
  },
): ReplayRow[] {
  const time = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  return Array.from({ length: schedule.count }, (_, row): ReplayRow => {
    const outcome = outcomeOf(record, row);
    const answer = outcome === 'ok' ? indexOf(row) : null;
    const isUnreadable = outcome === 'ok' && answer === null && record.variant[row] !== UNREAD;
    const intendedMs = schedule.intendedMs[row] ?? 0;
    const firedMs = time(record.firedMs[row]);
    const endMs = time(record.endMs[row]);
    const isCut =
      cutBeforeMs !== null &&
      firedMs !== null &&
      (outcome === 'timeout' || outcome === 'unsent') &&
      (endMs === null || endMs - intendedMs < cutBeforeMs);
    const ended = isCut ? 'aborted' : outcome === 'pending' ? 'unsent' : outcome;
    return {
      side: sideOf(schedule.arm[row] ?? 0),
      pair: pairOf[schedule.block[row] ?? 0] ?? 0,
      arrival: arrival[row] ?? 0,
      need: needs[schedule.query[row] ?? 0]?.id ?? '',
      outcome: isUnreadable ? 'malformed' : ended,
      status: record.status[row] || null,
      intendedMs,
      firedMs,
      endMs,
      answer,
    };
  });
}

function sideOf(arm: number): Side {
  return SIDES[arm] ?? 'incumbent';
}

async function factsOf(
  { capture, speed, deadlineMs, pace }: ReplayConfig,
  { incumbent, candidate }: Pair,
  captureId: string,
): Promise<ManifestInput> {
  const unknown = { service: null, version: null, model: null, dimension: null };
  return {
    kind: 'replay',
    ...(await runEnvironment()),
    status: 'interrupted',
    corpus: null,
    config: { capture, captureId, speed, deadlineMs, pace },
    dialects: { incumbent: incumbent.fingerprint, candidate: candidate.fingerprint },
    backends: {
      incumbent: { url: incumbent.label, ...unknown },
      candidate: { url: candidate.label, ...unknown },
    },
    seeds: {},
  };
}
