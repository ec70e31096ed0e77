import { counted } from '../../counted.ts';
import type { Progress } from '../../progress.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { randomOf } from '../../stats/random.ts';
import { createRedactor } from '../../traffic/redact/redactor.ts';
import type { TrafficTap } from '../../wire/http/seen-exchange.ts';
import { judgeShadow } from '../judge/verdict.ts';
import { createBreaker, type OffReason } from '../observe/breaker.ts';
import { epochOf, identityOf } from '../observe/fingerprint.ts';
import { createMirror } from '../observe/mirror.ts';
import { keepTally } from '../observe/request-tally.ts';
import { writeSegments } from '../observe/segments.ts';
import type { ShadowEvent } from '../record/shadow-record.ts';
import type { ShadowView } from '../serve/serve-page.ts';
import type { RecordedShadow } from './rescore-shadow.ts';
import type { ShadowConfig, ShadowOptions } from './shadow-config.ts';

/** A shadow at work. */
export interface ShadowWatch {
  readonly tap: TrafficTap;
  readonly view: () => ShadowView;
  readonly stop: () => Promise<void>;
}

/** How often the event loop is looked at. */
const LOOP_MS = 100;
const KEPT_EVENTS = 200;

/** Joins mirror, breaker, segments and evidence; asks both sides what they are, now and again. */
export async function startWatch(run: {
  readonly config: ShadowConfig;
  readonly options: ShadowOptions;
  readonly writer: RunWriter;
  readonly before: RecordedShadow;
  readonly progress: Progress;
}): Promise<ShadowWatch> {
  const { config, options, before, progress } = run;
  const { plan, fold } = before;
  const tally = keepTally(before.tally);
  const events: ShadowEvent[] = before.events.toReversed();
  const segments = writeSegments(run.writer, {
    first: before.next,
    limits: config.segments,
    tally: tally.now,
    onError: () => progress.note('a segment could not be written: its requests are lost'),
  });
  const tell = (kind: ShadowEvent['kind'], detail: string): void => {
    const event = { atMs: Date.now(), kind, detail };
    segments.addEvent(event);
    events.unshift(event);
    events.splice(KEPT_EVENTS);
    if (kind === 'off' || kind === 'on') progress.note(`shadow ${kind}: ${detail}`);
  };
  const breaker = createBreaker(config.breaker, (off) =>
    tell(off === null ? 'on' : 'off', off === null ? 'the candidate answers again' : WHY[off]),
  );
  const identity = await watchIdentity(config, options, fold.now().epoch, (epoch) =>
    tell('epoch', `versions ${epoch}: evidence of others does not count`),
  );
  const random = randomOf(config.seed ^ before.next);
  const mirror = createMirror({
    dialect: options.dialect,
    incumbent: options.incumbent,
    candidate: options.candidate,
    sample: plan.sample,
    again: plan.again,
    queue: config.queue,
    concurrency: config.concurrency,
    random: () => random.fraction(),
    redactor: createRedactor(config.redact),
    keepsTexts: config.keepsTexts,
    tally,
    breaker,
    recallOf: options.recallOf ?? null,
    epoch: identity.epoch,
    onRow: (row) => {
      segments.addRow(row);
      fold.add(row);
    },
    dayMs: Date.now,
    steadyMs: () => performance.now(),
  });
  tell(
    'start',
    before.next === 0 ? 'the first time' : `goes on after ${counted(fold.now().rows, 'request')}`,
  );
  const stopLoop = watchLoop((delayMs) => breaker.loopDelay(delayMs, performance.now()));
  return {
    tap: mirror.tap,
    view: () => {
      const evidence = fold.now();
      const findings = { plan, evidence, tally: tally.now(), events };
      return { findings, verdict: judgeShadow(evidence), isOff: breaker.isOff() !== null };
    },
    stop: async () => {
      stopLoop();
      identity.stop();
      await mirror.stop();
      await segments.stop();
    },
  };
}

const WHY: Readonly<Record<OffReason, string>> = {
  candidate: 'half of the last answers of the candidate failed; it is left alone for a while',
  machine: 'this process is late for its users; nothing is mirrored for a while',
};

async function watchIdentity(
  config: ShadowConfig,
  { incumbent, candidate }: ShadowOptions,
  former: string | null,
  onChange: (epoch: string) => void,
): Promise<{ readonly epoch: () => string; readonly stop: () => void }> {
  const ending = new AbortController();
  const fingerprints = { incumbent: incumbent.fingerprint, candidate: candidate.fingerprint };
  let epoch = former ?? '';
  const look = async (): Promise<void> => {
    const { collections } = config;
    const [one, other] = await Promise.all([
      identityOf(incumbent, collections, ending.signal),
      identityOf(candidate, collections, ending.signal),
    ]);
    // A side that does not answer is what it was.
    if (one !== null) fingerprints.incumbent = one;
    if (other !== null) fingerprints.candidate = other;
    const isUnknown = one === null || other === null;
    if (isUnknown && epoch !== '') return;
    const next = epochOf(fingerprints.incumbent, fingerprints.candidate);
    if (next === epoch) return;
    epoch = next;
    onChange(next);
  };
  await look();
  const timer = setInterval(() => void look(), config.identityEveryMs);
  timer.unref();
  return {
    epoch: () => epoch,
    stop: () => {
      clearInterval(timer);
      ending.abort();
    },
  };
}

/** Calls back with how late each tick of a timer came. */
function watchLoop(onDelay: (delayMs: number) => void): () => void {
  let dueMs = performance.now() + LOOP_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    onDelay(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + LOOP_MS;
  }, LOOP_MS);
  timer.unref();
  return () => clearInterval(timer);
}
