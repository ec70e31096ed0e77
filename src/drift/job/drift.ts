import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { NO_PROGRESS } from '../../observe/progress.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import type { Side } from '../../record/types.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { requireHttp } from '../../wire/call.ts';
import { type DriftFindings, driftFindings } from '../find/findings.ts';
import { type DriftVerdict, judgeDrift } from '../judge/judge-drift.ts';
import { captureReplies } from '../observe/capture-replies.ts';
import type { StoredDrift } from '../record/catalogue.ts';
import { driftReport } from '../report/drift-report.ts';

/** What a caller hands in. */
export interface DriftOptions extends JobOptions {
  /** Paired requests an endpoint; 5 or more, default 20. */
  readonly count?: number;
  /** The drift that is known; null, and by default, where there is no catalogue yet. */
  readonly catalogue?: readonly StoredDrift[] | null;
}

/** How a side is spoken to. */
export interface DriftSide {
  /** Name of its dialect. */
  readonly dialect: string;
  /** Path of each endpoint whose answers can be adapted. */
  readonly paths: Readonly<Record<string, string>>;
}

/** The drift of two backends, judged against what is known of it. */
export interface JudgedDrift {
  readonly status: 'complete';
  readonly sides: Readonly<Record<Side, DriftSide>>;
  readonly findings: DriftFindings;
  readonly verdict: DriftVerdict;
  /** The catalogue as Markdown. */
  readonly report: string;
  readonly exitCode: ExitCode;
}

/** An interrupt came before everything was captured. */
export interface InterruptedDrift {
  readonly status: 'interrupted';
  readonly verdict: null;
  readonly exitCode: typeof EXIT.interrupted;
}

export type DriftResult = JudgedDrift | InterruptedDrift;

const DEFAULT_COUNT = 20;
const LEAST_COUNT = 5;

/**
 * Finds how the responses of two backends differ, field by field, and judges whether that is the drift that
 * is known. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus or a count that cannot be used.
 * @throws InfrastructureError where a side does not answer.
 */
export async function drift(config: Config, options: DriftOptions = {}): Promise<DriftResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const { count = DEFAULT_COUNT, catalogue = null } = options;
  if (!Number.isInteger(count) || count < LEAST_COUNT) {
    throw new UsageError('drift-count', `count ${count}: expected ${LEAST_COUNT} or more`, {
      hint: 'two fifths of the pairs are held out; fewer than five pairs prove nothing',
    });
  }
  const corpus = await loadCorpus(config.corpus);
  const { expected, ignoreHeaders } = config.drift;
  const result = await withBackends(config, { ...options, signal }, async (backends) => {
    const access = {
      incumbent: requireHttp(backends.incumbent, 'drift'),
      candidate: requireHttp(backends.candidate, 'drift'),
    };
    const captured = await captureReplies({
      sides: access,
      corpus,
      count,
      k: config.k,
      model: config.model,
      progress,
      signal,
    });
    const findings = driftFindings(captured, { ignoreHeaders, expected, catalogue });
    const verdict = judgeDrift(findings.rows, { catalogue, expected });
    const report = renderMarkdown(driftReport(findings));
    const side = (name: Side): DriftSide => ({
      dialect: access[name].dialectName,
      paths: Object.fromEntries(
        (['embed', 'search', 'retrieve'] as const).flatMap((endpoint) => {
          const path = backends[name].capabilities.operations[endpoint];
          return path === undefined ? [] : [[endpoint, path]];
        }),
      ),
    });
    const sides = { incumbent: side('incumbent'), candidate: side('candidate') };
    const { exitCode } = verdict;
    return { status: 'complete', sides, findings, verdict, report, exitCode } as const;
  });
  return result ?? { status: 'interrupted', verdict: null, exitCode: EXIT.interrupted };
}
