/** The properties of the cutover, and the plain passing-on that they rest on. */
export type CutoverProperty =
  | 'additive'
  | 'unchanged'
  | 'reversible'
  | 'isolated'
  | 'confined'
  | 'separate';

/** One claim about the cutover with what it rests on. */
export interface CutoverCheck {
  readonly property: CutoverProperty;
  /** What was looked at, e.g. `candidate hung: answers`. */
  readonly name: string;
  readonly state: 'pass' | 'fail' | 'inconclusive' | 'not verified';
  /** Whether the verdict depends on it; advisory results are shown only. */
  readonly gated: boolean;
  readonly n: number;
  /** What n counts. */
  readonly unit: 'requests' | 'block pairs' | 'writes';
  /** One sentence. */
  readonly detail: string;
  /** Up to five. */
  readonly examples: readonly string[];
  /** Ratio of the p95 with and without load on the candidate, one-sided 95% bounds; null where not measured. */
  readonly ratio: CutoverRatio | null;
}

/** A ratio of latencies with its margin, e.g. 0.1 for ten percent. */
export interface CutoverRatio {
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number;
}

/** The part of a check that its state does not follow from. */
export interface Claim {
  readonly property: CutoverProperty;
  readonly name: string;
  readonly unit?: CutoverCheck['unit'];
}

/** A gated check: fails with any example, has nothing to say without requests. */
export function claimed(
  claim: Claim,
  n: number,
  examples: readonly string[],
  sentences: { readonly held: string; readonly broken: string; readonly nothing: string },
): CutoverCheck {
  const state = examples.length > 0 ? 'fail' : n === 0 ? 'not verified' : 'pass';
  const detail = {
    pass: sentences.held,
    fail: sentences.broken,
    'not verified': sentences.nothing,
  };
  return {
    unit: 'requests',
    ...claim,
    state,
    gated: true,
    n,
    detail: detail[state],
    examples: examples.slice(0, 5),
    ratio: null,
  };
}
