import type { MetricKind } from '../types.ts';

/** What a score is made from; `unit-query dot` is the inner product with queries of length 1. */
export type Base = 'cosine' | 'dot' | 'unit-query dot' | 'L2' | 'L2²' | '1/(1+L2)';

/** One score over the wire beside what is known of its query and document. */
export interface ScoredPair {
  readonly cosine: number;
  readonly queryNorm: number;
  readonly documentNorm: number;
  readonly raw: number;
}

/** The metric that ranks, and how its value became the score on the wire: raw = slope · base + intercept. */
export interface FittedMetric {
  readonly kind: MetricKind;
  /** −1 where the farthest come first. */
  readonly sign: 1 | -1;
  readonly base: Base;
  readonly slope: number;
  readonly intercept: number;
  /** E.g. `1 − cosine`. */
  readonly form: string;
  /** Median |raw − fitted| of the scores that fit; null where there were no scores. */
  readonly residual: number | null;
  /** Residual up to which a score counts as given by the metric. */
  readonly tolerance: number;
  /** Share of the scores that are within the tolerance; null where there were none. */
  readonly share: number | null;
  /** Whether enough of the scores fit to say that this is the metric. */
  readonly accepted: boolean;
  /** How far a score that fits may be from its pair's own cosine: above 0 where scores are of codes that are not known. */
  readonly scatter: number;
}

/** Value of a base for a pair whose cosine and norms are known. */
export function baseOf(base: Base, pair: Omit<ScoredPair, 'raw'>): number {
  const { cosine, queryNorm, documentNorm } = pair;
  const product = queryNorm * documentNorm;
  if (base === 'cosine') return cosine;
  if (base === 'dot') return cosine * product;
  if (base === 'unit-query dot') return cosine * documentNorm;
  const square = Math.max(0, queryNorm ** 2 + documentNorm ** 2 - 2 * cosine * product);
  if (base === 'L2²') return square;
  return base === 'L2' ? Math.sqrt(square) : 1 / (1 + Math.sqrt(square));
}

/** A metric that is assumed where scores say nothing. */
export function assumedMetric(kind: FittedMetric['kind']): FittedMetric {
  const base = kind === 'euclidean' ? 'L2²' : kind;
  return {
    kind,
    sign: 1,
    base,
    slope: 1,
    intercept: 0,
    form: `${kind === 'euclidean' ? 'L2' : kind}, from the order alone`,
    residual: null,
    tolerance: Number.POSITIVE_INFINITY,
    share: null,
    accepted: false,
    scatter: 0,
  };
}

/** The score on the wire that the metric gives. */
export function expectedRaw(metric: FittedMetric, pair: Omit<ScoredPair, 'raw'>): number {
  return metric.slope * baseOf(metric.base, pair) + metric.intercept;
}

/** The cosine that a score on the wire stands for, given both norms. */
export function cosineBehind(metric: FittedMetric, pair: Omit<ScoredPair, 'cosine'>): number {
  const base = (pair.raw - metric.intercept) / metric.slope;
  const { queryNorm, documentNorm } = pair;
  const product = queryNorm * documentNorm;
  switch (metric.base) {
    case 'cosine':
      return base;
    case 'dot':
      return base / product;
    case 'unit-query dot':
      return base / documentNorm;
    default: {
      const distance = metric.base === '1/(1+L2)' ? 1 / base - 1 : base;
      const square = metric.base === 'L2²' ? distance : distance ** 2;
      return (queryNorm ** 2 + documentNorm ** 2 - square) / (2 * product);
    }
  }
}

/** Rank value of a row, higher first. */
export function strength(
  metric: FittedMetric,
  cosine: number,
  queryNorm: number,
  documentNorm: number,
): number {
  switch (metric.kind) {
    case 'cosine':
      return metric.sign * cosine;
    case 'dot':
      return metric.sign * cosine * documentNorm;
    case 'euclidean':
      return metric.sign * (2 * cosine * queryNorm * documentNorm - documentNorm ** 2);
  }
}

/** The cosine at which a row has a rank value. */
export function cosineAt(
  metric: FittedMetric,
  strength: number,
  queryNorm: number,
  documentNorm: number,
): number {
  const value = metric.sign * strength;
  switch (metric.kind) {
    case 'cosine':
      return value;
    case 'dot':
      return value / documentNorm;
    case 'euclidean':
      return (value + documentNorm ** 2) / (2 * queryNorm * documentNorm);
  }
}

/** Differences of rank value below this are float32 noise, or that of codes that are not known. */
export function margin(metric: FittedMetric, queryNorm: number): number {
  return Math.max(1e-5, metric.scatter) * scaleOf(metric, queryNorm);
}

/** Rows whose rank values lie this near are equally near: scores in float32 cannot tell them apart. */
export function tieWidth(metric: FittedMetric, queryNorm: number): number {
  return 5e-7 * scaleOf(metric, queryNorm);
}

function scaleOf({ kind }: FittedMetric, queryNorm: number): number {
  const scale = kind === 'cosine' ? 1 : Math.max(1, queryNorm);
  return scale * (kind === 'euclidean' ? scale : 1);
}
