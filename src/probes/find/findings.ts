import { type Metric, metricLabel } from '../../metrics/metric.ts';
import type { ProbeName } from '../record/answer.ts';

/**
 * What one comparison came to:
 * - `same`: both sides did the same;
 * - `drift`: they differ in form and not in what is meant, or in a way that is harmless here;
 * - `different`: the candidate does something else than the incumbent;
 * - `violation`: a side does what no side may do;
 * - `unanswered`: the incumbent gave nothing to compare with;
 * - `not offered`: a side has no such operation, so nothing is claimed about it.
 */
export type CheckState =
  | 'same'
  | 'drift'
  | 'different'
  | 'violation'
  | 'unanswered'
  | 'not offered';

/** One comparison with its evidence, each side in one line. */
export interface ProbeCheck {
  readonly group: string;
  readonly name: string;
  readonly state: CheckState;
  readonly incumbent: string;
  readonly candidate: string;
  /** Why it is in this state; empty where that is plain. */
  readonly note: string;
}

/** How the queries were put: as text, as a vector, or as a vector where the incumbent takes text alone. */
export type QueryForm = 'text' | 'vector' | 'vector against text';

const FORM_TEXT: Readonly<Record<QueryForm, string>> = {
  text: '',
  vector: ' by vector',
  'vector against text': ' by vector (incumbent by text)',
};

/** Paired differences of a metric over needs (candidate − incumbent), to be gated against a margin. */
export interface ProbeQuality {
  readonly metric: Metric;
  readonly asked: QueryForm;
  readonly margin: number;
  readonly incumbentMean: number | null;
  readonly candidateMean: number | null;
  /** As served: a failed request and an empty list score 0 on either side. */
  readonly differences: readonly number[];
  /** The same over pairs in which both sides gave rows, at the depth that both reach; null where it is the same. */
  readonly answeredDifferences: readonly number[] | null;
}

/** The name of what was compared in tables and files, e.g. `recall@10 by vector`. */
export function qualityLabel({ metric, asked }: Pick<ProbeQuality, 'metric' | 'asked'>): string {
  return `${metricLabel(metric)}${FORM_TEXT[asked]}`;
}

/** Findings as `findings.json` and `--json` hold them: metrics by their labels. */
export function encodeProbeFindings(findings: ProbeFindings): object {
  return {
    ...findings,
    quality: findings.quality.map(({ metric, asked, ...row }) => ({
      metric: qualityLabel({ metric, asked }),
      ...row,
    })),
  };
}

/** What a probe found on one pair of paths; a pure function of what it observed. */
export interface ProbeFindings {
  readonly probe: ProbeName;
  readonly incumbentPath: string;
  readonly candidatePath: string;
  /** What the short line counts, e.g. 5 of 5 texts. */
  readonly agree: number;
  readonly of: number;
  /** What the short line adds, e.g. `cos=1.000`; may be empty. */
  readonly remark: string;
  readonly checks: readonly ProbeCheck[];
  readonly quality: readonly ProbeQuality[];
  /** What the verdict does not speak about, one sentence each. */
  readonly notVerified: readonly string[];
}

/** Checks that count as agreement, of those that could be compared. */
export function tallyOf(checks: readonly ProbeCheck[]): { agree: number; of: number } {
  const compared = checks.filter(({ state }) => state !== 'not offered');
  const agree = compared.filter(({ state }) => state === 'same' || state === 'drift').length;
  return { agree, of: compared.length };
}
