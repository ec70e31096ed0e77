import { vectorParity } from '../../metrics/vectors/embedding-parity.ts';
import type { VectorTable } from '../../record/types.ts';
import { medianOf } from '../../stats/quantiles.ts';
import type { StoredVectorsFinding } from '../findings.ts';

/** Median cosine from which rows that differ are told from another model or a coarse quantisation. */
export const ALIKE_MEDIAN = 0.999;
/** Cosine below which a single row is of another text or another time. */
export const STALE_COSINE = 0.99;
const NAMED = 200;

/** Vectors of a store, held row by row against others of the same documents. */
export interface StoredComparison {
  /** Takes the next rows of the store; rows of another dimension are counted apart. */
  readonly add: (rows: VectorTable) => void;
  /** Null where no row could be compared. */
  readonly finding: () => StoredVectorsFinding | null;
}

/** Compares stored vectors with a table of others; both have `collection/id` for ids. */
export function storedComparison(others: VectorTable): StoredComparison {
  const rowOf = new Map(others.ids.map((id, row) => [id, row]));
  const cosines: number[] = [];
  const ratios: number[] = [];
  const stale: { readonly key: string; readonly cosine: number }[] = [];
  let staleCount = 0;
  let undefinedCount = 0;
  let otherDimension = 0;
  const at = ({ values, dimension }: VectorTable, row: number): Float32Array =>
    values.subarray(row * dimension, (row + 1) * dimension);
  return {
    add: (rows) => {
      for (const [row, key] of rows.ids.entries()) {
        const other = rowOf.get(key);
        if (other === undefined) continue;
        if (rows.dimension !== others.dimension) {
          otherDimension++;
          continue;
        }
        const { cosine, normRatio } = vectorParity(at(others, other), at(rows, row));
        if (cosine === null || normRatio === null) {
          undefinedCount++;
          continue;
        }
        cosines.push(cosine);
        ratios.push(normRatio);
        if (cosine >= STALE_COSINE) continue;
        staleCount++;
        if (stale.length < NAMED) stale.push({ key, cosine });
      }
    },
    finding: () => {
      if (cosines.length + undefinedCount + otherDimension === 0) return null;
      const cosineMedian = medianOf(cosines);
      return {
        compared: cosines.length,
        undefinedCount,
        otherDimension,
        cosineMin: cosines.length === 0 ? null : cosines.reduce((a, b) => Math.min(a, b)),
        cosineMedian,
        normRatioMedian: medianOf(ratios),
        isAlike: cosineMedian !== null && cosineMedian >= ALIKE_MEDIAN,
        differing: { count: staleCount, named: stale.map(({ key }) => key) },
      };
    },
  };
}
