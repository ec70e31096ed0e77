import { randomBytes } from 'node:crypto';
import { DEFAULTS } from '../../config/defaults.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { NO_PROGRESS, type Progress } from '../../observe/progress.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import { dialectNamed } from '../../wire/registry.ts';
import { type CutoverFindings, cutoverFindings } from '../find/findings.ts';
import { type CutoverVerdict, judgeCutover } from '../judge/judge-cutover.ts';
import type { Dialects } from '../observe/ask.ts';
import type { LoadShape } from '../observe/load.ts';
import {
  type CutoverPlan,
  type CutoverSubject,
  observeCutover,
} from '../observe/observe-cutover.ts';
import type { CandidateState, CutoverObservations } from '../record/observations.ts';
import { cutoverReport } from '../report/cutover-report.ts';

/** What is looked at, and by what it is judged. */
export interface CutoverConfig {
  /** An index that both sides have. */
  readonly index: string;
  /** Whether an index, a key and a row may be written through the frontend. */
  readonly mayWrite: boolean;
  /** By how much the p95 of the incumbent may rise: 0.1 is ten percent. */
  readonly margin: number;
  /** Whether the p95 decides; otherwise it is advisory. */
  readonly gatesP95: boolean;
  readonly blockPairs: number;
  readonly requestsPerBlock: number;
}

/** What is looked at where nothing else is asked for. */
export const CUTOVER_DEFAULTS: CutoverConfig = {
  index: 'workers',
  mayWrite: false,
  margin: 0.1,
  gatesP95: false,
  blockPairs: 12,
  requestsPerBlock: 200,
};

/** A frontend that is open to be looked at; `stop` ends whatever was started for it. */
export interface OpenFrontend {
  readonly subject: CutoverSubject;
  readonly stop: () => Promise<void>;
}

/** What a caller hands in. */
export interface CutoverOptions {
  /** Gives the frontend that is looked at, and whatever can be done to it. */
  readonly openFrontend: (signal: AbortSignal) => Promise<OpenFrontend>;
  /** How each side is spoken to; the two gateways' own where absent. */
  readonly dialects?: Dialects;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A frontend that was looked at and judged. */
export interface JudgedCutover {
  readonly status: 'complete';
  readonly observations: CutoverObservations;
  readonly findings: CutoverFindings;
  readonly verdict: CutoverVerdict;
  /** Markdown. */
  readonly report: string;
  readonly exitCode: ExitCode;
}

/** An interrupt came before everything was looked at. */
export interface InterruptedCutover {
  readonly status: 'interrupted';
  readonly verdict: null;
  readonly exitCode: typeof EXIT.interrupted;
}

export type CutoverResult = JudgedCutover | InterruptedCutover;

const TIMEOUT_MS = 40_000;
const LIGHT: LoadShape = { concurrency: 8, periodMs: 200 };
const LOADS: Readonly<Record<CandidateState, LoadShape>> = {
  sound: LIGHT,
  killed: LIGHT,
  hung: LIGHT,
  failing: LIGHT,
  saturated: { ...LIGHT, concurrency: 24 },
};

/**
 * Proves by requests that a frontend leaves the incumbent alone: additive, unchanged, reversible, isolated
 * and separate. An aborted signal is a result, not an error.
 * @throws InfrastructureError where the frontend does not answer.
 */
export async function cutover(
  config: CutoverConfig,
  options: CutoverOptions,
): Promise<CutoverResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS, openFrontend } = options;
  try {
    const frontend = await openFrontend(signal);
    try {
      const { subject } = frontend;
      const observations = await observeCutover(
        subject,
        planOf(config, options.dialects ?? ownDialects()),
        { progress, signal },
      );
      const findings = cutoverFindings(observations, {
        p95Margin: config.margin,
        gatesP95: config.gatesP95,
      });
      const verdict = judgeCutover(findings);
      const report = renderMarkdown(cutoverReport(findings, verdict));
      const { exitCode } = verdict;
      return { status: 'complete', observations, findings, verdict, report, exitCode };
    } finally {
      await frontend.stop();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return { status: 'interrupted', verdict: null, exitCode: EXIT.interrupted };
  }
}

function ownDialects(): Dialects {
  return {
    incumbent: dialectNamed(DEFAULTS.incumbent.dialect),
    candidate: dialectNamed(DEFAULTS.candidate.dialect),
  };
}

function planOf(
  { index, mayWrite, blockPairs, requestsPerBlock }: CutoverConfig,
  dialects: Dialects,
): CutoverPlan {
  return {
    dialects,
    index,
    nonce: randomBytes(6).toString('hex'),
    mayWrite,
    latency: { blockPairs, requestsPerBlock },
    loads: LOADS,
    timeoutMs: TIMEOUT_MS,
  };
}
