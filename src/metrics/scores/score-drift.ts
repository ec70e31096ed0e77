import { sum } from '../../stats/moments.ts';

/** How the scores of two sides differ on the documents that both returned; what is larger than any number is the largest. */
export interface ScoreDrift {
  readonly nCommon: number;
  /** max |s_B − s_A|. */
  readonly maxAbs: number | null;
  readonly meanAbs: number | null;
  readonly meanSigned: number | null;
  readonly rmse: number | null;
  /** Null with fewer than two documents, where a side is constant, or where its scores are too large or too near zero. */
  readonly pearson: number | null;
  /** s_B ≈ intercept + slope · s_A by least squares; a slope of −1 is a distance read as a similarity. */
  readonly slope: number | null;
  readonly intercept: number | null;
}

/**
 * Score drift δ = s_B − s_A of two answers, matched by document.
 *
 * Both are lists of [key, score]; scores are similarities. A repeated key counts where it first occurs.
 */
export function scoreDrift<K>(
  a: readonly (readonly [key: K, score: number])[],
  b: readonly (readonly [key: K, score: number])[],
): ScoreDrift {
  const inB = new Map<K, number>();
  for (const [key, score] of b) if (!inB.has(key)) inB.set(key, score);
  const x: number[] = [];
  const y: number[] = [];
  for (const [key, score] of a) {
    const other = inB.get(key);
    if (other === undefined) continue;
    inB.delete(key);
    x.push(score);
    y.push(other);
  }
  return scoreDriftOfPairs(x, y);
}

/**
 * Score drift of scores that are already paired, e.g. over all queries of a run.
 *
 * @throws RangeError where the lists differ in length
 */
export function scoreDriftOfPairs(a: ArrayLike<number>, b: ArrayLike<number>): ScoreDrift {
  if (a.length !== b.length) {
    throw new RangeError(`score drift needs pairs, got ${a.length} and ${b.length}`);
  }
  const n = a.length;
  if (n === 0) {
    return {
      nCommon: 0,
      maxAbs: null,
      meanAbs: null,
      meanSigned: null,
      rmse: null,
      pearson: null,
      slope: null,
      intercept: null,
    };
  }
  const delta = Float64Array.from({ length: n }, (_, at) => finite((b[at] ?? 0) - (a[at] ?? 0)));
  let maxAbs = 0;
  for (const value of delta) maxAbs = Math.max(maxAbs, Math.abs(value));
  const squares = sum(delta.map((value) => value * value));
  const isTooLarge = !Number.isFinite(squares);
  const parts = isTooLarge ? delta.map((value) => value / maxAbs) : delta;
  const scale = isTooLarge ? maxAbs : 1;
  return {
    nCommon: n,
    maxAbs,
    meanAbs: (sum(parts.map(Math.abs)) / n) * scale,
    meanSigned: (sum(parts) / n) * scale,
    rmse: isTooLarge
      ? Math.sqrt(sum(parts.map((value) => value * value)) / n) * scale
      : Math.sqrt(squares / n),
    ...line(Float64Array.from(a), Float64Array.from(b)),
  };
}

function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

const NO_LINE = { pearson: null, slope: null, intercept: null };

function line(
  x: Float64Array,
  y: Float64Array,
): Pick<ScoreDrift, 'pearson' | 'slope' | 'intercept'> {
  // Compared value by value: the variance of a constant column is seldom exactly zero.
  if (isConstant(x)) return NO_LINE;
  const meanX = sum(x) / x.length;
  const meanY = sum(y) / y.length;
  const offX = x.map((value) => value - meanX);
  const offY = y.map((value) => value - meanY);
  const xx = sum(offX.map((value) => value * value));
  const yy = sum(offY.map((value) => value * value));
  const xy = sum(offX.map((value, at) => value * (offY[at] ?? 0)));
  const slope = xy / xx;
  const intercept = meanY - slope * meanX;
  const correlation = xy / (Math.sqrt(xx) * Math.sqrt(yy));
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) return NO_LINE;
  return {
    pearson:
      isConstant(y) || Number.isNaN(correlation) ? null : Math.max(-1, Math.min(1, correlation)),
    slope,
    intercept,
  };
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}
