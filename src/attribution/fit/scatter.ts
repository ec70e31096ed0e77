import type { Collection } from '../../corpus/types.ts';
import { scoreDriftOfPairs } from '../../metrics/scores/score-drift.ts';
import { mean, sampleVariance } from '../../stats/moments.ts';
import { medianOf } from '../../stats/quantiles.ts';
import type { AttributionQuery } from '../types.ts';
import type { Appearance } from './appearances.ts';
import { commonShift } from './common-shift.ts';
import { nearestMetric } from './fit-metric.ts';
import { type Held, ownVectors } from './held.ts';
import { wordsIn } from './words.ts';

/** Rows with appearances enough to tell; appearances a row. */
const ROWS = 25;
const ENOUGH = 4;
/** Ranges of the cosine that errors are centred in: scores may bend. */
const BINS = 20;

/** Whose vectors and words they are. */
export interface Texts extends Held {
  readonly queries: readonly AttributionQuery[];
  readonly collections: readonly Collection[];
}

/** Scores that lie about a line of the cosine, with what tells where they come from. */
export interface Scatter {
  readonly slope: number;
  readonly intercept: number;
  /** Standard deviation about the line, as a cosine; robust. */
  readonly deviation: number;
  /** Correlation of a document's mean error over half of its appearances with that over the others; null with too few. */
  readonly consistency: number | null;
  /** Deviation of a document's errors from query to query, over that of all. */
  readonly within: number | null;
  /**
   * Correlation of the errors of two documents in one answer: about 0 where each is off by its own, near 1 where an
   * answer is off as a whole. Null with too few answers.
   */
  readonly shared: number | null;
  /** Correlation of errors with those that one shift of all queries would give; null with too few documents. */
  readonly shift: number | null;
  /** Correlation of errors with shared words within answers; null where no text is known. */
  readonly lexical: number | null;
  /** Share of the scores that a plain metric gives to float32 noise. */
  readonly exact: number;
}

/** How scores scatter about the cosine; null with too few of them. */
export function scatterOf(texts: Texts, appearances: readonly Appearance[]): Scatter | null {
  const seen = appearances.filter(
    ({ row, pair }) =>
      row < texts.world.corpusSize && Number.isFinite(pair.cosine) && Number.isFinite(pair.raw),
  );
  if (seen.length < ROWS * ENOUGH) return null;
  const line = trimmedLine(seen);
  if (line === null) return null;
  const { slope, intercept } = line;
  const errors = centred(
    seen,
    seen.map(({ pair }) => (pair.raw - intercept) / slope - pair.cosine),
  );
  // Questions are farther from all documents than texts asked by themselves, and off by more: they are what is ranked.
  const asked = errors.filter((_, at) => (seen[at]?.query ?? -1) >= 0);
  const sizes = (asked.length >= ROWS * ENOUGH ? asked : errors).map(Math.abs);
  // 1.4826 times the median size of normal errors is their standard deviation.
  const deviation = 1.4826 * (medianOf(sizes) ?? 0);
  // What is off by one and the same in a whole answer ranks nothing: near rows share codes, another question shares none.
  const own = withoutMeans(seen, errors);
  const byRow = groupsOf(seen, own, (one) => (isItself(one) ? -1 : one.row));
  const groups = [...byRow.values()];
  const enough = groups.length >= ROWS;
  const vectorOf = ownVectors(texts);
  return {
    slope,
    intercept,
    deviation,
    consistency: enough ? consistencyOf(groups) : null,
    exact:
      nearestMetric(
        seen.map(({ pair }) => pair),
        ['cosine', 'dot', 'L2²'],
      )?.share ?? 0,
    within: enough
      ? Math.sqrt(
          (mean(groups.map((group) => sampleVariance(group) ?? 0)) ?? 0) /
            (sampleVariance(groups.flat()) ?? Number.NaN),
        )
      : null,
    shared: sharedInAnswers(seen, errors),
    shift: enough
      ? commonShift(
          [...byRow].map(([row, group]) => ({ vector: vectorOf(row), error: mean(group) ?? 0 })),
        )
      : null,
    lexical: lexicalCorrelation(texts, seen, own),
  };
}

/** Correlation of errors within answers (intraclass, Fisher 1925), of documents that were not asked by themselves. */
function sharedInAnswers(seen: readonly Appearance[], errors: readonly number[]): number | null {
  const groups = placesByAnswer(seen)
    .map((places) => places.filter((at) => !isItself(seen[at])).map((at) => errors[at] ?? 0))
    .filter(({ length }) => length >= ENOUGH);
  if (groups.length < ROWS) return null;
  const all = groups.flat();
  const centre = mean(all) ?? 0;
  const [n, answers] = [all.length, groups.length];
  let between = 0;
  let within = 0;
  for (const group of groups) {
    const own = mean(group) ?? 0;
    between += group.length * (own - centre) ** 2;
    for (const error of group) within += (error - own) ** 2;
  }
  between /= answers - 1;
  within /= n - answers;
  const squares = groups.reduce((sum, { length }) => sum + length * length, 0);
  const size = (n - squares / n) / (answers - 1);
  const total = between + (size - 1) * within;
  return total === 0 ? null : (between - within) / total;
}

/** Whether a text was asked by itself: it is off by all of its own error. */
function isItself(one: Appearance | undefined): boolean {
  return (one?.pair.cosine ?? 0) > 0.999;
}

/** Places of appearances that stand in one answer. */
function placesByAnswer(seen: readonly Appearance[]): number[][] {
  return [...Map.groupBy(seen.keys(), (at) => seen[at]?.queryVector).values()];
}

/** Numbers without their mean within each answer. */
function withoutMeans(seen: readonly Appearance[], values: readonly number[]): number[] {
  const result = [...values];
  for (const places of placesByAnswer(seen)) {
    const centre = mean(places.map((at) => values[at] ?? 0)) ?? 0;
    for (const at of places) result[at] = (values[at] ?? 0) - centre;
  }
  return result;
}

/** Errors of appearances that belong together, where there are enough; −1 belongs nowhere. */
function groupsOf(
  seen: readonly Appearance[],
  errors: readonly number[],
  placeOf: (one: Appearance) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [at, one] of seen.entries()) {
    const place = placeOf(one);
    if (place === -1) continue;
    const group = groups.get(place) ?? [];
    group.push(errors[at] ?? 0);
    groups.set(place, group);
  }
  return new Map([...groups].filter(([, { length }]) => length >= ENOUGH));
}

/** Correlation of the means of one half of each group with those of the other. */
function consistencyOf(groups: readonly (readonly number[])[]): number | null {
  const half = (from: number): number[] =>
    groups.map((group) => mean(group.filter((_, at) => at % 2 === from)) ?? 0);
  return scoreDriftOfPairs(half(0), half(1)).pearson;
}

/** Least squares of score on cosine, three times over without the fifth that is off most. */
function trimmedLine(seen: readonly Appearance[]): { slope: number; intercept: number } | null {
  const all = seen.map(({ pair }) => ({ x: pair.cosine, y: pair.raw }));
  let kept = all;
  let slope = 0;
  let intercept = 0;
  for (let round = 0; round < 4; round++) {
    const line = scoreDriftOfPairs(
      kept.map(({ x }) => x),
      kept.map(({ y }) => y),
    );
    if (line.slope === null || line.intercept === null) return null;
    ({ slope, intercept } = line as { slope: number; intercept: number });
    const off = all.map((point) => ({
      point,
      off: Math.abs(point.y - slope * point.x - intercept),
    }));
    off.sort((a, b) => a.off - b.off);
    kept = off.slice(0, Math.ceil(0.8 * off.length)).map(({ point }) => point);
  }
  return Math.abs(slope) < 1e-6 ? null : { slope, intercept };
}

/** Errors without their mean among pairs of like cosine: scores may bend. */
function centred(seen: readonly Appearance[], errors: readonly number[]): number[] {
  const order = seen
    .map(({ pair }, at) => ({ at, cosine: pair.cosine }))
    .sort((a, b) => a.cosine - b.cosine);
  const size = Math.ceil(order.length / BINS);
  const result = [...errors];
  for (let from = 0; from < order.length; from += size) {
    const bin = order.slice(from, from + size);
    const centre = mean(bin.map(({ at }) => errors[at] ?? 0)) ?? 0;
    for (const { at } of bin) result[at] = (errors[at] ?? 0) - centre;
  }
  return result;
}

/** Correlation of errors with how many of the query's words the document holds, over answers to queries. */
function lexicalCorrelation(
  { queries, collections, world }: Texts,
  seen: readonly Appearance[],
  errors: readonly number[],
): number | null {
  const texts = collections.flatMap(({ documents }) => documents.map(({ text }) => text));
  const words = new Map<number, ReadonlySet<string>>();
  const wordsOf = (row: number): ReadonlySet<string> => {
    const known = words.get(row) ?? new Set(wordsIn(texts[row] ?? ''));
    words.set(row, known);
    return known;
  };
  const shared: number[] = [];
  const off: number[] = [];
  const told: Appearance[] = [];
  for (const [at, one] of seen.entries()) {
    if (one.query < 0 || one.row >= world.corpusSize) continue;
    const asked = wordsIn(queries[one.query]?.text ?? '');
    if (asked.length === 0) continue;
    const held = wordsOf(one.row);
    shared.push(asked.filter((word) => held.has(word)).length / asked.length);
    off.push(errors[at] ?? 0);
    told.push(one);
  }
  return scoreDriftOfPairs(withoutMeans(told, shared), off).pearson;
}
