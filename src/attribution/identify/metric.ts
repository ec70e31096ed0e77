/** What a score is made from. */
type Base = 'cosine' | 'dot' | 'L2' | 'L2²' | '1/(1+L2)';

/** One score over the wire beside what is known of its query and document. */
export interface ScoredPair {
  readonly cosine: number;
  readonly queryNorm: number;
  readonly documentNorm: number;
  readonly raw: number;
}

/** The metric that ranks, and how its value became the score on the wire: raw = slope · base + intercept. */
export interface FittedMetric {
  readonly kind: 'cosine' | 'dot' | 'euclidean';
  /** −1 where the farthest come first. */
  readonly sign: 1 | -1;
  readonly base: Base;
  readonly slope: number;
  readonly intercept: number;
  /** E.g. `1 − cosine`. */
  readonly form: string;
  /** Median |raw − fitted|; null where there were no scores. */
  readonly residual: number | null;
  /** Residual up to which a score counts as given by the metric. */
  readonly tolerance: number;
  /** Whether the residual was small enough to say that this is the metric. */
  readonly accepted: boolean;
}

/** Greatest median residual of an accepted fit, relative to scores of size 1. */
const ACCEPT = 1e-4;

const NAMED: readonly { form: string; base: Base; slope: number; intercept: number }[] = [
  { form: 'cosine', base: 'cosine', slope: 1, intercept: 0 },
  { form: '1 − cosine', base: 'cosine', slope: -1, intercept: 1 },
  { form: '(1 + cosine) / 2', base: 'cosine', slope: 0.5, intercept: 0.5 },
  { form: 'dot', base: 'dot', slope: 1, intercept: 0 },
  { form: '−dot', base: 'dot', slope: -1, intercept: 0 },
  { form: '1 − dot', base: 'dot', slope: -1, intercept: 1 },
  { form: 'L2', base: 'L2', slope: 1, intercept: 0 },
  { form: 'L2²', base: 'L2²', slope: 1, intercept: 0 },
  { form: '1/(1 + L2)', base: '1/(1+L2)', slope: 1, intercept: 0 },
];
const BASES: readonly Base[] = ['cosine', 'dot', 'L2', 'L2²', '1/(1+L2)'];

/** Value of a base for a pair whose cosine and norms are known. */
function baseOf(base: Base, pair: Omit<ScoredPair, 'raw'>): number {
  const { cosine, queryNorm, documentNorm } = pair;
  const product = queryNorm * documentNorm;
  if (base === 'cosine') return cosine;
  if (base === 'dot') return cosine * product;
  const square = Math.max(0, queryNorm ** 2 + documentNorm ** 2 - 2 * cosine * product);
  if (base === 'L2²') return square;
  return base === 'L2' ? Math.sqrt(square) : 1 / (1 + Math.sqrt(square));
}

/** Fits the plain forms first, then affine maps of each base; null where no score fits. */
export function fitMetric(pairs: readonly ScoredPair[]): FittedMetric | null {
  const usable = pairs.filter(({ cosine, raw }) => Number.isFinite(cosine) && Number.isFinite(raw));
  if (usable.length < 3) return null;
  const scale = Math.max(1, median(usable.map(({ raw }) => Math.abs(raw))));
  const tries = [
    ...NAMED.map((named) => () => named),
    ...BASES.map((base) => () => affine(base, usable)),
  ];
  for (const attempt of tries) {
    const form = attempt();
    if (form === null) continue;
    const residual = median(
      usable.map((pair) =>
        Math.abs(pair.raw - form.slope * baseOf(form.base, pair) - form.intercept),
      ),
    );
    if (!(residual < ACCEPT * scale)) continue;
    return {
      ...form,
      kind: form.base === 'cosine' ? 'cosine' : form.base === 'dot' ? 'dot' : 'euclidean',
      sign: 1,
      residual,
      tolerance: Math.max(ACCEPT * scale, 8 * residual),
      accepted: true,
    };
  }
  return null;
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
    accepted: false,
  };
}

/** Least squares, refitted three times on the half that fits best: a few stale documents must not bend it. */
function affine(
  base: Base,
  pairs: readonly ScoredPair[],
): { form: string; base: Base; slope: number; intercept: number } | null {
  let kept = pairs.map((pair) => ({ x: baseOf(base, pair), y: pair.raw }));
  const all = kept;
  let slope = 0;
  let intercept = 0;
  for (let round = 0; round < 4; round++) {
    const n = kept.length;
    const meanX = kept.reduce((sum, { x }) => sum + x, 0) / n;
    const meanY = kept.reduce((sum, { y }) => sum + y, 0) / n;
    const xx = kept.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
    const xy = kept.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
    if (xx < 1e-9 * n) return null;
    slope = xy / xx;
    intercept = meanY - slope * meanX;
    const off = all
      .map((point) => ({ point, off: Math.abs(point.y - slope * point.x - intercept) }))
      .sort((a, b) => a.off - b.off);
    kept = off.slice(0, Math.max(3, Math.ceil(off.length / 2))).map(({ point }) => point);
  }
  if (Math.abs(slope) < 1e-6) return null;
  const shift = intercept < 0 ? `− ${short(-intercept)}` : `+ ${short(intercept)}`;
  return { form: `${short(slope)} · ${base} ${shift}`, base, slope, intercept };
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

/** Middle value; NaN of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** Differences of rank value below this are float32 noise. */
export function margin(metric: FittedMetric, queryNorm: number): number {
  const scale = metric.kind === 'cosine' ? 1 : Math.max(1, queryNorm);
  return 1e-5 * scale * (metric.kind === 'euclidean' ? scale : 1);
}

/** Rows whose rank values lie this near are equally near: scores in float32 cannot tell them apart. */
export function tieWidth(metric: FittedMetric, queryNorm: number): number {
  return margin(metric, queryNorm) / 20;
}
