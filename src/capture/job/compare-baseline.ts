import { counted } from '../../counted.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { runEnvironment } from '../../observe/run-manifest.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import {
  CAPTURE_BLOCK,
  type CapturedNeed,
  captureCodec,
  openCapture,
} from '../../traffic/capture-record.ts';
import { recordedAnswer, requestFrom } from '../../traffic/question.ts';
import type { Backend } from '../../wire/backend.ts';
import { call, whyUnsupported } from '../../wire/call.ts';
import { BASELINE_MARGINS, type BaselineMargins } from '../judge/judge-baseline.ts';
import {
  ANSWERS_BLOCK,
  type BaselineRow,
  baselineRowsCodec,
  type DerivedBaseline,
  isComparable,
  MARGINS_BLOCK,
  marginsCodec,
  rescoreBaseline,
} from './baseline-record.ts';

/** What is compared with what. */
export interface BaselineConfig {
  /** Run folder of a capture. */
  readonly capture: string;
  readonly margins?: BaselineMargins;
  readonly concurrency: number;
  readonly runs: string;
}

/** What a caller hands in. */
export interface BaselineOptions {
  readonly candidate: Backend;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A comparison that was judged; `interrupted` where an interrupt left some needs unasked. */
export interface BaselineResult extends DerivedBaseline {
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  readonly exitCode: ExitCode;
}

const BLOCK = 200;

/**
 * Asks the candidate the needs of a capture and holds its answers against those that the incumbent gave, which need
 * not be there any more. Needs in which something was redacted are left out: their answer is that of other words.
 * @throws UsageError where the capture holds no answer that can be compared, or the candidate can be asked none; the signal's reason where it is aborted
 * before anything was answered.
 */
export async function compareWithCapture(
  config: BaselineConfig,
  { candidate, signal = new AbortController().signal, progress = NO_PROGRESS }: BaselineOptions,
): Promise<BaselineResult> {
  const opened = await openCapture(config.capture);
  const { traffic } = opened;
  const needs = traffic.needs.filter(isComparable);
  if (needs.length === 0) {
    throw new UsageError('capture-baseline', `${opened.folder}: no answer of the incumbent`, {
      hint: 'capture from a log that holds answers, such as that of bench frontend --log',
    });
  }
  requireAskable(needs, candidate);
  const writer = await createRun({ parentFolder: config.runs });
  const facts = await factsOf(config, candidate, opened);
  let ended: ManifestInput['status'] = 'failed';
  try {
    await writer.describe(facts);
    await writer.writeRecord(CAPTURE_BLOCK, captureCodec, traffic);
    await writer.writeRecord(MARGINS_BLOCK, marginsCodec, config.margins ?? BASELINE_MARGINS);
    progress.stage('asking the candidate', needs.length);
    let asked = 0;
    while (asked < needs.length) {
      const block = needs.slice(asked, asked + BLOCK);
      const rows = await askAll(block, { candidate, signal, concurrency: config.concurrency });
      if (signal.aborted) break;
      progress.tick(rows.length);
      const name = `${ANSWERS_BLOCK}${String(asked / BLOCK).padStart(4, '0')}`;
      await writer.writeRecord(name, baselineRowsCodec, rows);
      asked += block.length;
    }
    // Before the first block there is nothing to judge.
    if (asked === 0) signal.throwIfAborted();
    const derived = await rescoreBaseline(await writer.readBack());
    await writer.writeDerived(derived);
    const status = asked < needs.length ? 'interrupted' : 'complete';
    ended = status;
    const exitCode = status === 'complete' ? derived.verdict.exitCode : EXIT.interrupted;
    return { ...derived, status, runFolder: writer.folder, exitCode };
  } finally {
    const isCut = signal.aborted && ended === 'failed';
    await writer.finish({ ...facts, status: isCut ? 'interrupted' : ended });
  }
}

/** @throws UsageError where the candidate can be asked none of the needs. */
function requireAskable(needs: readonly CapturedNeed[], { label, capabilities }: Backend): void {
  const reasons = needs.map(({ question }) => {
    const { operation, request } = requestFrom(question);
    return whyUnsupported(capabilities, operation, request);
  });
  if (reasons.includes(null)) return;
  const why = [...new Set(reasons)].join('; ');
  const none = `${label}: none of ${counted(needs.length, 'need')} can be asked: ${why}`;
  throw new UsageError('nothing-to-ask', none, {
    hint: 'where the candidate takes vectors, name what embeds the texts: --embed',
  });
}

async function askAll(
  needs: readonly CapturedNeed[],
  how: {
    readonly candidate: Backend;
    readonly signal: AbortSignal;
    readonly concurrency: number;
  },
): Promise<BaselineRow[]> {
  const rows: BaselineRow[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let need = needs[next++]; need !== undefined; need = needs[next++]) {
      const { operation, request } = requestFrom(need.question);
      const outcome = await call(how.candidate, operation, request, how.signal);
      const value = outcome.kind === 'ok' ? outcome.value : null;
      rows.push({
        need: need.id,
        answer: recordedAnswer(outcome.kind, outcome.status, value),
        ...(outcome.kind === 'unsupported' ? { why: outcome.detail } : {}),
      });
    }
  };
  await Promise.all(Array.from({ length: how.concurrency }, worker));
  return rows.toSorted((a, b) => (a.need < b.need ? -1 : 1));
}

async function factsOf(
  { capture, concurrency }: BaselineConfig,
  candidate: Backend,
  { id, createdAt, fingerprint }: { id: string; createdAt: string; fingerprint: string },
): Promise<ManifestInput> {
  const health = await candidate.health();
  const description = health.kind === 'ok' ? health.value : { service: null, version: null };
  const unknown = { model: null, dimension: null };
  return {
    kind: 'baseline',
    ...(await runEnvironment()),
    status: 'interrupted',
    corpus: null,
    config: { capture, captureId: id, capturedAt: createdAt, concurrency },
    dialects: { incumbent: fingerprint, candidate: candidate.fingerprint },
    backends: {
      incumbent: { url: `capture ${id}`, service: null, version: null, ...unknown },
      candidate: { url: candidate.label, ...description, ...unknown },
    },
    seeds: {},
  };
}
