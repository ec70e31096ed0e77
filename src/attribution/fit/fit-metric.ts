import { medianOf } from '../../stats/quantiles.ts';
import { type Base, baseOf, type FittedMetric, type ScoredPair } from '../replay/metric.ts';
import type { MetricKind } from '../types.ts';

/** How far a score may be from what its metric gives, relative to the size of such scores. */
const ACCEPT = 1e-4;
/** Share of the scores that must fit before a metric is named: one half may be of stale or boosted documents. */
const LEAST_SHARE = 0.5;
/** What a form must fit beyond the ones before it: scores of a plainer form are given by many others too. */
const MORE = 1e-3;
/** The same for a map with two free numbers, which gain a little from any noise. */
const MUCH_MORE = 0.02;
/** Scores that a line is sought among, and lines that are tried. */
const SOUGHT = 2000;
const LINES = 300;

interface Form {
  readonly form: string;
  readonly base: Base;
  readonly slope: number;
  readonly intercept: number;
}

/** What a base ranks by; all others are distances. */
const KINDS: Partial<Record<Base, MetricKind>> = {
  cosine: 'cosine',
  dot: 'dot',
  'unit-query dot': 'dot',
};
const NAMED: readonly Form[] = [
  { form: 'cosine', base: 'cosine', slope: 1, intercept: 0 },
  { form: '1 − cosine', base: 'cosine', slope: -1, intercept: 1 },
  { form: '(1 + cosine) / 2', base: 'cosine', slope: 0.5, intercept: 0.5 },
  { form: 'dot', base: 'dot', slope: 1, intercept: 0 },
  { form: '−dot', base: 'dot', slope: -1, intercept: 0 },
  { form: '1 − dot', base: 'dot', slope: -1, intercept: 1 },
  { form: 'dot with unit queries', base: 'unit-query dot', slope: 1, intercept: 0 },
  { form: '−dot with unit queries', base: 'unit-query dot', slope: -1, intercept: 0 },
  { form: '1 − dot with unit queries', base: 'unit-query dot', slope: -1, intercept: 1 },
  { form: 'L2', base: 'L2', slope: 1, intercept: 0 },
  { form: 'L2²', base: 'L2²', slope: 1, intercept: 0 },
  { form: '1/(1 + L2)', base: '1/(1+L2)', slope: 1, intercept: 0 },
];
/** The plain forms of a cosine, to be tried where no score fits. */
export const NAMED_COSINES: readonly FittedMetric[] = NAMED.filter(
  ({ base }) => base === 'cosine',
).map((form) =>
  accepted({ form, share: 0, residual: 0, tolerance: ACCEPT * Math.abs(form.slope) }),
);
const BASES: readonly Base[] = ['cosine', 'dot', 'unit-query dot', 'L2', 'L2²', '1/(1+L2)'];

/**
 * The metric that most of the scores agree on, whatever the others are: each form by the share of the scores that
 * it gives, first the plain forms, then lines through each base. Null where none gives half of them.
 */
export function fitMetric(pairs: readonly ScoredPair[]): FittedMetric | null {
  const best = nearestMetric(pairs);
  return best !== null && (best.share ?? 0) >= LEAST_SHARE ? best : null;
}

/**
 * The same however few of the scores it gives; null with fewer than three scores.
 * @param among bases that are looked at
 */
export function nearestMetric(
  pairs: readonly ScoredPair[],
  among: readonly Base[] = BASES,
): FittedMetric | null {
  const usable = pairs.filter(({ cosine, raw }) => Number.isFinite(cosine) && Number.isFinite(raw));
  if (usable.length < 3) return null;
  let best: Fit | null = null;
  const offer = (form: Form | null, more: number): void => {
    if (form === null) return;
    const fit = fitOf(form, usable);
    const needed = (best?.share ?? 0) + Math.max(more, 2.5 / usable.length);
    if (best === null || fit.share > needed) best = fit;
  };
  for (const form of NAMED) if (among.includes(form.base)) offer(form, MORE);
  // A line that gives all scores needs no look for a better one.
  for (const base of among) if (!isWhole(best)) offer(lineThrough(base, usable), MUCH_MORE);
  return best === null ? null : accepted(best);
}

/**
 * How far the scores are from the plain form of some bases that they are nearest to: a median, relative to the size of
 * such scores. Codes stay near; scores of other vectors do not. Null without scores.
 */
export function plainMisfit(pairs: readonly ScoredPair[], among: readonly Base[]): number | null {
  const misfits = NAMED.filter(({ base }) => among.includes(base)).flatMap((form) => {
    const { base, slope, intercept } = form;
    const size = Math.abs(slope) * sizeOf(base, pairs);
    const off = medianOf(
      pairs.map((pair) => Math.abs(pair.raw - slope * baseOf(base, pair) - intercept)),
    );
    return off === null || !(size > 0) ? [] : [off / size];
  });
  return misfits.length === 0 ? null : Math.min(...misfits);
}

function isWhole(fit: Fit | null): boolean {
  return fit !== null && fit.share === 1;
}

interface Fit {
  readonly form: Form;
  readonly share: number;
  readonly residual: number;
  readonly tolerance: number;
}

function fitOf(form: Form, pairs: readonly ScoredPair[]): Fit {
  const tolerance = ACCEPT * Math.abs(form.slope) * sizeOf(form.base, pairs);
  const fitting: number[] = [];
  for (const pair of pairs) {
    const off = Math.abs(pair.raw - form.slope * baseOf(form.base, pair) - form.intercept);
    if (off <= tolerance) fitting.push(off);
  }
  return {
    form,
    share: fitting.length / pairs.length,
    residual: fitting.length === 0 ? Number.POSITIVE_INFINITY : (medianOf(fitting) ?? Number.NaN),
    tolerance,
  };
}

function accepted({ form, share, residual, tolerance }: Fit): FittedMetric {
  return {
    ...form,
    kind: KINDS[form.base] ?? 'euclidean',
    sign: 1,
    residual,
    tolerance,
    share,
    accepted: true,
    scatter: 0,
  };
}

/** How large values of a base are among these pairs. */
function sizeOf(base: Base, pairs: readonly ScoredPair[]): number {
  if (base === 'cosine' || base === '1/(1+L2)') return 1;
  const sizes = pairs.map(({ queryNorm, documentNorm }) => {
    if (base === 'unit-query dot') return documentNorm;
    return base === 'dot' ? queryNorm * documentNorm : queryNorm ** 2 + documentNorm ** 2;
  });
  const size = medianOf(sizes) ?? Number.NaN;
  return base === 'L2' ? Math.sqrt(size) : size;
}

/** The line that most scores lie on (RANSAC, Fischler and Bolles 1981, with evenly spread draws), by least squares over those. */
function lineThrough(base: Base, pairs: readonly ScoredPair[]): Form | null {
  const step = Math.max(1, Math.ceil(pairs.length / SOUGHT));
  const points = pairs
    .filter((_, at) => at % step === 0)
    .map((pair) => ({ x: baseOf(base, pair), y: pair.raw }))
    .sort((a, b) => a.x - b.x);
  const near = ACCEPT * sizeOf(base, pairs);
  const n = points.length;
  let line: { slope: number; intercept: number; count: number } | null = null;
  for (let at = 0; at < LINES; at++) {
    // One point of the lower half and one of the upper: the farther apart, the surer the slope.
    const one = points[Math.floor((at * 0.6180339887 * n) % (n / 2))];
    const other = points[Math.floor(n / 2 + ((at * 0.7548776662 * n) % (n / 2)))];
    if (one === undefined || other === undefined || other.x - one.x < 10 * near) continue;
    const slope = (other.y - one.y) / (other.x - one.x);
    const intercept = one.y - slope * one.x;
    const tolerance = near * Math.abs(slope);
    let count = 0;
    for (const { x, y } of points) if (Math.abs(y - slope * x - intercept) <= tolerance) count += 1;
    if (line === null || count > line.count) line = { slope, intercept, count };
  }
  if (line === null) return null;
  const { slope, intercept } = refined(line, points, near);
  if (Math.abs(slope) < 1e-6) return null;
  const shift = intercept < 0 ? `− ${short(-intercept)}` : `+ ${short(intercept)}`;
  return { form: `${short(slope)} · ${base} ${shift}`, base, slope, intercept };
}

/** Least squares over the points on a line, three times over. */
function refined(
  line: { readonly slope: number; readonly intercept: number },
  points: readonly { readonly x: number; readonly y: number }[],
  near: number,
): { slope: number; intercept: number } {
  let { slope, intercept } = line;
  for (let round = 0; round < 3; round++) {
    const on = points.filter(
      ({ x, y }) => Math.abs(y - slope * x - intercept) <= near * Math.abs(slope),
    );
    const n = on.length;
    const meanX = on.reduce((sum, { x }) => sum + x, 0) / n;
    const meanY = on.reduce((sum, { y }) => sum + y, 0) / n;
    const xx = on.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
    const xy = on.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
    if (!(xx > 0)) break;
    slope = xy / xx;
    intercept = meanY - slope * meanX;
  }
  return { slope, intercept };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}
