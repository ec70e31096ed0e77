import { SAME_DIRECTION } from '../../metrics/thresholds.ts';
import type { VectorTable } from '../../record/types.ts';
import { dot } from '../../truth/cosine.ts';

/** How the two sides' vectors of the same texts relate. */
export interface SpaceRelation {
  /** Same dimension, and median cosine of the same text at least .98. */
  readonly comparable: boolean;
  /** Every text has the same direction to within float32 noise. */
  readonly same: boolean;
  readonly texts: number;
  readonly medianCosine: number | null;
  readonly leastCosine: number | null;
  /** Texts whose direction differs. */
  readonly differing: number;
  readonly normRatio: number | null;
}

/** Median cosine of the same text below which two spaces are not comparable. */
const COMPARABLE = 0.98;

/** Compares vectors of the same ids in two tables. */
export function relateSpaces(a: VectorTable, b: VectorTable): SpaceRelation {
  const rowInB = new Map(b.ids.map((id, row) => [id, row]));
  const cosines: number[] = [];
  const ratios: number[] = [];
  const fits = a.dimension === b.dimension && a.dimension > 0;
  let texts = 0;
  for (const [row, id] of a.ids.entries()) {
    const other = rowInB.get(id);
    if (other === undefined) continue;
    texts += 1;
    if (!fits) continue;
    const d = a.dimension;
    const xx = dot(a.values, row * d, a.values, row * d, d);
    const yy = dot(b.values, other * d, b.values, other * d, d);
    if (xx === 0 || yy === 0) {
      if (xx !== yy) cosines.push(0);
      continue;
    }
    cosines.push(dot(a.values, row * d, b.values, other * d, d) / Math.sqrt(xx * yy));
    ratios.push(Math.sqrt(yy / xx));
  }
  cosines.sort((x, y) => x - y);
  ratios.sort((x, y) => x - y);
  const medianCosine = cosines[Math.floor((cosines.length - 1) / 2)] ?? null;
  const differing = cosines.filter((value) => value < SAME_DIRECTION).length;
  return {
    comparable: fits && (medianCosine ?? 1) >= COMPARABLE,
    same: fits && differing === 0,
    texts,
    medianCosine,
    leastCosine: cosines[0] ?? null,
    differing,
    normRatio: ratios[Math.floor((ratios.length - 1) / 2)] ?? null,
  };
}

/** What one side's vectors are, in words. */
export function describeSpace(table: VectorTable): string {
  const d = table.dimension;
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let row = 0; row < table.ids.length; row++) {
    const norm = Math.sqrt(dot(table.values, row * d, table.values, row * d, d));
    least = Math.min(least, norm);
    greatest = Math.max(greatest, norm);
  }
  if (table.ids.length === 0) return 'no vectors';
  const norms =
    greatest - least < 1e-3 ? greatest.toFixed(3) : `${least.toFixed(2)} to ${greatest.toFixed(2)}`;
  return `${d} dimensions, norm ${norms}`;
}
