import { medianOf } from '../../../stats/quantiles.ts';
import { type Appearance, claimedCosine, fits } from '../../fit/appearances.ts';
import { project, ridgeFit, rootMeanSquare, unit } from '../../fit/ridge.ts';
import type { FittedMetric } from '../../replay/metric.ts';
import type { StaleVector } from '../../replay/model.ts';
import { cosine, type SideIndex, type Spaces } from '../../replay/vectors.ts';
import type { RankedAnswer } from '../../types.ts';

/** Documents whose scores are not those of their own vectors. */
export interface StaleDocuments {
  readonly stale: ReadonlyMap<number, StaleVector>;
  /** Documents whose score is off by a constant or a factor: no other vector does that. */
  readonly offset: readonly number[];
}

/** Share of a document's appearances that must be off. */
const MOSTLY = 0.8;
/** Appearances of a document below which nothing is said of it. */
const ENOUGH = 3;
/** Rows below which an answer that is off may be so by its documents. */
const FEW_ROWS = 5;
/** Cosine error up to which another document's vector is taken for what is in the index. */
const SAME_VECTOR = 1e-3;
/** How many times the scatter of codes that are not known a score must be off: codes have tails. */
const BEYOND_CODES = 3;
/** Most appearances that a vector is fitted to. */
const MOST = 160;

/**
 * Finds documents that are consistently scored unlike their own vector, and what the index holds instead:
 * another document's vector, or one fitted to two thirds of the scores and proved on the rest. A score that
 * is off by the same amount or factor everywhere is set apart, since it comes from no vector.
 */
export function findStale(
  metric: FittedMetric,
  appearances: readonly Appearance[],
  corpusSize: number,
  spaces: Spaces,
  side: SideIndex,
): StaleDocuments {
  const stale = new Map<number, StaleVector>();
  const offset: number[] = [];
  if (!metric.accepted) return { stale, offset };
  const wide = { ...metric, tolerance: metric.tolerance * (metric.scatter > 0 ? BEYOND_CODES : 1) };
  const byRow = new Map<number, Appearance[]>();
  const strange = strangeQuestions(metric, appearances);
  for (const appearance of appearances) {
    if (appearance.row >= corpusSize || !Number.isFinite(appearance.pair.cosine)) continue;
    if (strange.has(questionOf(appearance))) continue;
    const group = byRow.get(appearance.row);
    if (group === undefined) byRow.set(appearance.row, [appearance]);
    else group.push(appearance);
  }
  for (const [row, group] of byRow) {
    const off = group.filter((appearance) => !fits(wide, appearance)).length;
    if (group.length < ENOUGH || off < MOSTLY * group.length) continue;
    const claims = group.map((appearance) => ({
      vector: appearance.queryVector,
      query: appearance.query,
      own: appearance.pair.cosine,
      claimed: claimedCosine(metric, appearance),
    }));
    if (isOffset(claims)) offset.push(row);
    else stale.set(row, whatIsHeld(claims, corpusSize, spaces, side, row));
  }
  return { stale, offset };
}

/**
 * Questions most of whose scores are not those of the metric: what is off there is the question, not each of its rows.
 * A query that is taken apart is one question in all of its answers; any other answer is one by itself.
 */
function strangeQuestions(
  metric: FittedMetric,
  appearances: readonly Appearance[],
): ReadonlySet<number | RankedAnswer> {
  const counts = new Map<number | RankedAnswer, { rows: number; off: number }>();
  for (const appearance of appearances) {
    const question = questionOf(appearance);
    const count = counts.get(question) ?? { rows: 0, off: 0 };
    counts.set(question, count);
    count.rows += 1;
    if (!fits(metric, appearance)) count.off += 1;
  }
  return new Set(
    [...counts].flatMap(([question, { rows, off }]) =>
      off > MOSTLY * rows && (typeof question === 'number' || rows >= FEW_ROWS) ? [question] : [],
    ),
  );
}

function questionOf({ query, answer }: Appearance): number | RankedAnswer {
  return query < 0 ? answer : query;
}

interface Claim {
  readonly vector: Float32Array;
  readonly query: number;
  readonly own: number;
  readonly claimed: number;
}

function isOffset(claims: readonly Claim[]): boolean {
  const differences = claims.map(({ own, claimed }) => claimed - own);
  const ratios = claims.map(({ own, claimed }) => claimed / own - 1);
  return isConstant(differences) || isConstant(ratios);
}

function isConstant(values: readonly number[]): boolean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return Math.sqrt(variance) <= 0.1 * Math.abs(mean);
}

function whatIsHeld(
  claims: readonly Claim[],
  corpusSize: number,
  spaces: Spaces,
  side: SideIndex,
  own: number,
): StaleVector {
  const copy = otherDocument(claims, corpusSize, spaces, side, own);
  if (copy !== null) return { kind: 'copy', of: copy };
  const vector = fittedVector(claims, spaces.documentVector(own, side));
  return vector === null ? { kind: 'observed' } : { kind: 'fitted', vector };
}

/** The document whose own vector gives these scores. */
function otherDocument(
  claims: readonly Claim[],
  corpusSize: number,
  spaces: Spaces,
  side: SideIndex,
  own: number,
): number | null {
  const asked = claims.filter(({ query }) => query >= 0).slice(0, 6);
  if (asked.length < 2) return null;
  for (let row = 0; row < corpusSize; row++) {
    if (row === own) continue;
    const near = asked.every(({ query, claimed }) => {
      const value = spaces.cosines(query, side, side)[row] ?? Number.NaN;
      return Math.abs(value - claimed) <= SAME_VECTOR;
    });
    if (!near) continue;
    const errors = claims.map(({ vector, claimed }) =>
      Math.abs(cosine(vector, spaces.documentVector(row, side)) - claimed),
    );
    if ((medianOf(errors) ?? Number.NaN) <= SAME_VECTOR) return row;
  }
  return null;
}

/**
 * The vector nearest to the document's own, or to none, that gives the claimed cosines (ridge regression in
 * the span of the queries); null where the third of the claims that was held out does not bear it out.
 */
function fittedVector(claims: readonly Claim[], own: Float32Array): Float32Array | null {
  const used = claims.slice(0, MOST);
  const test = used.filter((_, at) => at % 3 === 2);
  const train = used.filter((_, at) => at % 3 !== 2);
  if (test.length < 2) return null;
  const before = rootMeanSquare(test.map(({ own: value, claimed }) => claimed - value));
  let best: { error: number; prior: Float32Array; ridge: number } | null = null;
  for (const prior of [unit(own), new Float32Array(own.length)]) {
    for (const ridge of [1e-6, 1e-3, 1e-1]) {
      const vector = ridgeFit(train, prior, ridge);
      const error = rootMeanSquare(
        test.map((claim) => claim.claimed - project(claim.vector, vector)),
      );
      if (best === null || error < best.error) best = { error, prior, ridge };
    }
  }
  if (best === null || best.error > before / 3) return null;
  return unit(ridgeFit(used, best.prior, best.ridge));
}
