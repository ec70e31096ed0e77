import type { CorpusMetric } from '../corpus/types.ts';
import type { VectorTable } from '../record/types.ts';
import { checkTable, dot } from './cosine.ts';

/** Rows in which nearness by a metric is nearness by the cosine, so that every exact engine serves every metric. */
export interface MetricSpace {
  readonly metric: CorpusMetric;
  /** How many components each row gets beside its own. */
  readonly more: number;
  readonly documents: (table: VectorTable) => VectorTable;
  readonly queries: (table: VectorTable) => VectorTable;
  /**
   * What a cosine of the space is under the metric: the inner product, or the Euclidean distance.
   * @param querySquare ‖q‖² of the query's own row
   */
  readonly valueOf: (cosine: number, querySquare: number) => number;
}

/**
 * The space of a metric over documents whose longest row has the square `longestSquare`.
 *
 * **dot**: with R² ≥ ‖x‖² for every x, x′ = (x, √(R² − ‖x‖²)) and q′ = (q, 0) have cos(x′, q′) = x·q / (R ‖q‖)
 * (Bachrach et al., RecSys 2014).
 *
 * **euclidean**: −‖x − q‖² / 2 = x·q − ‖x‖²/2 − ‖q‖²/2 ranks as the inner product of (x, ‖x‖²/(2M)) and (q, −M), to
 * which the same is done. M = 0.6 R makes the scale R′ ‖q′‖ as small as it gets, about 1.7 R² for a query of
 * length R.
 *
 * What is appended are float32 numbers, two for each value: of √r the larger part c₁ ≤ √r and c₂ = √(r − c₁²),
 * which leaves 2⁻⁴⁵ r. So the length of every x′ is R to 2⁻⁴⁶, and a cosine of the space is exact to 10⁻¹³, far
 * below ε = 10⁻⁶: scores that differ by less than 10⁻⁶ of the scale are ties, as cosines are.
 */
export function metricSpace(metric: CorpusMetric, longestSquare: number): MetricSpace {
  const longest = longestSquare > 0 ? longestSquare : 1;
  switch (metric) {
    case 'cosine':
      return {
        metric,
        more: 0,
        documents: (table) => table,
        queries: (table) => table,
        valueOf: (cosine) => cosine,
      };
    case 'dot':
      return {
        metric,
        more: 2,
        documents: (table) => widened(table, 2, (square, out) => completed(longest - square, out)),
        queries: (table) => widened(table, 2, () => {}),
        valueOf: (cosine, querySquare) => cosine * Math.sqrt(longest * querySquare),
      };
    case 'euclidean': {
      const m = Math.fround(0.6 * Math.sqrt(longest));
      // A little more than the longest row needs: what is completed must not be negative.
      const radiusSquare = (longest + (longest / (2 * m)) ** 2) * (1 + 1e-9);
      return {
        metric,
        more: 4,
        documents: (table) =>
          widened(table, 4, (square, out) => {
            const half = square / (2 * m);
            const large = Math.fround(half);
            const small = Math.fround(half - large);
            out.set([large, small]);
            completed(radiusSquare - square - large * large - small * small, out.subarray(2));
          }),
        queries: (table) => widened(table, 4, (_square, out) => out.set([-m, -m])),
        valueOf: (cosine, querySquare) => {
          const product = cosine * Math.sqrt(radiusSquare * (querySquare + 2 * m * m));
          return Math.sqrt(Math.max(0, querySquare - 2 * product));
        },
      };
    }
  }
}

/** ‖x‖² of the longest row of a table; 0 where there is none. */
export function longestSquareOf({ ids, dimension, values }: VectorTable): number {
  let longest = 0;
  for (let row = 0; row < ids.length; row++) {
    longest = Math.max(longest, squareOf(values, row, dimension));
  }
  return longest;
}

/** ‖x‖² of a row. */
export function squareOf(values: Float32Array, row: number, dimension: number): number {
  return dot(values, row * dimension, values, row * dimension, dimension);
}

/** Two float32 numbers whose squares add up to a rest, to 2⁻⁴⁵ of it. */
function completed(rest: number, out: Float32Array): void {
  const square = Math.max(0, rest);
  const root = Math.fround(Math.sqrt(square));
  const first = root * root > square ? Math.fround(root * (1 - 2 ** -23)) : root;
  out[0] = first;
  out[1] = Math.sqrt(Math.max(0, square - first * first));
}

function widened(
  table: VectorTable,
  more: number,
  fill: (square: number, out: Float32Array) => void,
): VectorTable {
  checkTable(table, 'given');
  const { ids, dimension, values } = table;
  const width = dimension + more;
  const wide = new Float32Array(ids.length * width);
  for (let row = 0; row < ids.length; row++) {
    const at = row * width;
    wide.set(values.subarray(row * dimension, (row + 1) * dimension), at);
    fill(squareOf(values, row, dimension), wide.subarray(at + dimension, at + width));
  }
  return { ids, dimension: width, values: wide };
}
