import { recallOfPair, violationsOf } from '../../traffic/compare-answers.ts';
import {
  needOf,
  questionFrom,
  recordedAnswer,
  redacted,
  type TrafficAnswer,
  type TrafficQuestion,
} from '../../traffic/question.ts';
import type { Redactor } from '../../traffic/redact/redactor.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';
import type { Dialect, ReadRequest } from '../../wire/dialect.ts';
import {
  answerIn,
  isReadPath,
  questionIn,
  type SeenExchange,
  type TrafficTap,
} from '../../wire/http/seen-exchange.ts';
import type { HitsResponse } from '../../wire/operations.ts';
import type { OutcomeKind } from '../../wire/outcome.ts';
import type { ShadowAnswer, ShadowRow } from '../record/shadow-record.ts';
import type { Breaker } from './breaker.ts';
import type { TallyKeeper } from './request-tally.ts';

/** Recall of an answer to a question in [0, 1]; null where there is no truth for it. */
export type ShadowRecall = (
  question: TrafficQuestion,
  answer: Pick<TrafficAnswer, 'ids' | 'collections'>,
) => number | null;

/** What a mirror works with. */
export interface MirrorOptions {
  /** How clients speak to the incumbent. */
  readonly dialect: Dialect;
  readonly incumbent: Backend;
  readonly candidate: Backend;
  readonly sample: number;
  readonly again: number;
  /** Exchanges that may wait, and requests under way at once. */
  readonly queue: number;
  readonly concurrency: number;
  /** Fractions in [0, 1), for the two draws. */
  readonly random: () => number;
  readonly redactor: Redactor;
  readonly keepsTexts: boolean;
  readonly tally: TallyKeeper;
  readonly breaker: Breaker;
  readonly recallOf: ShadowRecall | null;
  /** Digest of what both sides say they are, at this moment. */
  readonly epoch: () => string;
  readonly onRow: (row: ShadowRow) => void;
  /** The time of day, and what pauses are measured by: a clock that is set does not move it. */
  readonly dayMs: () => number;
  readonly steadyMs: () => number;
}

/** Sends questions of users to the candidate, after their answers have left. */
export interface Mirror {
  readonly tap: TrafficTap;
  /** Takes no more, gives up what is under way, and accounts for all of it. */
  readonly stop: () => Promise<void>;
}

/** Bytes of bodies that may wait. */
const QUEUE_BYTES = 32 * 1024 * 1024;

/** A mirror; nothing is sent before its tap is used. */
export function createMirror(options: MirrorOptions): Mirror {
  const { dialect, tally, breaker, random, steadyMs } = options;
  const waiting: SeenExchange[] = [];
  const ending = new AbortController();
  const workers = new Set<Promise<void>>();
  let waitingBytes = 0;
  let isStopped = false;

  const isBehind = () => waiting.length >= options.queue || waitingBytes > QUEUE_BYTES;
  const wants: TrafficTap['wants'] = (method, path) => {
    tally.seen();
    if (!isReadPath(dialect, method, path)) tally.notReadOnly();
    else if (random() >= options.sample) tally.sampledOut();
    else if (isStopped) tally.refused('stopped');
    else if (isBehind()) tally.refused('behind');
    else if (!breaker.allows(steadyMs())) tally.refused('off');
    else {
      tally.open();
      return true;
    }
    return false;
  };
  const take: TrafficTap['take'] = (exchange) => {
    if (exchange === null) tally.dropped('tooLong');
    else if (isStopped) tally.dropped('stopped');
    else if (isBehind()) tally.dropped('behind');
    else {
      waiting.push(exchange);
      waitingBytes += sizeOf(exchange);
      if (workers.size >= options.concurrency) return;
      const worker = work().finally(() => workers.delete(worker));
      workers.add(worker);
    }
  };
  const work = async (): Promise<void> => {
    for (;;) {
      // Users' requests go first: reading bodies takes the event loop's time.
      await new Promise((resolve) => setImmediate(resolve));
      const exchange = waiting.shift();
      if (exchange === undefined) return;
      waitingBytes -= sizeOf(exchange);
      if (isStopped) tally.dropped('stopped');
      else await mirror(options, exchange, ending.signal);
    }
  };
  return {
    tap: { wants, take },
    stop: async () => {
      isStopped = true;
      ending.abort();
      await Promise.all(workers);
      for (const _ of waiting.splice(0)) tally.dropped('stopped');
    },
  };
}

function sizeOf({ requestBody, reply }: SeenExchange): number {
  return requestBody.length + (reply?.bytes.length ?? 0);
}

async function mirror(
  options: MirrorOptions,
  exchange: SeenExchange,
  signal: AbortSignal,
): Promise<void> {
  const { dialect, tally, breaker, random, dayMs, steadyMs } = options;
  const read = questionIn(dialect, exchange);
  if (read === null) return tally.undecoded();
  // Without an answer there is nothing to compare with: the user may have gone away.
  if (exchange.reply === null) return tally.dropped('noAnswer');
  const question = questionFrom(read);
  const epoch = options.epoch();
  const own = answerIn(dialect, exchange, read);
  const incumbent = shadowAnswer(
    question,
    own.outcome,
    own.status,
    own.response,
    exchange.latencyMs,
  );
  const isAskedAgain = random() < options.again;
  const [candidate, again] = await Promise.all([
    asked(options.candidate, read, question, signal),
    isAskedAgain ? asked(options.incumbent, read, question, signal) : null,
  ]);
  if (isAskedAgain) tally.askedAgain();
  if (candidate.outcome === 'aborted') return tally.dropped('stopped');
  tally.mirrored();
  breaker.answered(isSound(candidate.outcome), steadyMs());
  const clean = redacted(question, options.redactor).question;
  // A failed answer has found nothing.
  const recallOf = (answer: TrafficAnswer) => options.recallOf?.(question, answer) ?? null;
  options.onRow({
    atMs: exchange.atMs ?? dayMs(),
    epoch,
    need: needOf(clean),
    operation: question.operation,
    collections: clean.collections,
    k: question.k,
    filtered: question.filter !== null,
    text: options.keepsTexts ? clean.text : null,
    incumbent,
    again: again?.outcome === 'aborted' ? null : again,
    candidate,
    recall: recallOfPair(incumbent, candidate, recallOf),
  });
}

/** Whether an answer says that the candidate is well; a request that it cannot express says nothing against it. */
function isSound(outcome: OutcomeKind): boolean {
  return outcome === 'ok' || outcome === 'unsupported';
}

async function asked(
  backend: Backend,
  { operation, request }: ReadRequest,
  question: TrafficQuestion,
  signal: AbortSignal,
): Promise<ShadowAnswer> {
  const outcome = await call(backend, operation, request, signal);
  const response = outcome.kind === 'ok' ? outcome.value : null;
  const { startedMs, endedMs } = outcome.timing;
  const { kind, status } = outcome;
  return shadowAnswer(question, kind, status, response, endedMs - startedMs);
}

function shadowAnswer(
  question: TrafficQuestion,
  outcome: OutcomeKind,
  status: number | null,
  response: HitsResponse | null,
  latencyMs: number | null,
): ShadowAnswer {
  const violations = response === null ? [] : violationsOf(question, response.hits);
  return { ...recordedAnswer(outcome, status, response), latencyMs, violations };
}
