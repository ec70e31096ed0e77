import { type ParityInput, queryRow } from '../../parity/inputs.ts';
import type { Side, VectorTable } from '../../record/types.ts';
import { cosineOf, dot } from '../../truth/cosine.ts';

/** Exact cosine of a query and a document from one side's own vectors; null where it is undefined. */
export type ExactCosine = (side: Side, queryId: string, key: string) => number | null;

/** Exact cosines in float64 over the vectors that findings are made from. */
export function exactCosines({ vectors }: Pick<ParityInput, 'vectors'>): ExactCosine {
  const rows = {
    incumbent: rowsOf(vectors.incumbent),
    candidate: rowsOf(vectors.candidate),
  };
  return (side, queryId, key) => {
    const [query, document] = [rows[side].get(queryRow(queryId)), rows[side].get(key)];
    if (query === undefined || document === undefined) return null;
    return cosineOfRows(vectors[side], query, vectors[side], document);
  };
}

/** 1 − cosine of both sides' vectors of the same texts. */
export function embeddingDistances({ vectors }: Pick<ParityInput, 'vectors'>): number[] {
  const { incumbent, candidate } = vectors;
  if (incumbent.dimension !== candidate.dimension) return [];
  const rows = rowsOf(candidate);
  return incumbent.ids.flatMap((id, row) => {
    const other = rows.get(id);
    const cosine = other === undefined ? null : cosineOfRows(incumbent, row, candidate, other);
    return cosine === null ? [] : [1 - cosine];
  });
}

function rowsOf({ ids }: VectorTable): Map<string, number> {
  return new Map(ids.map((id, row) => [id, row]));
}

function cosineOfRows(a: VectorTable, rowA: number, b: VectorTable, rowB: number): number | null {
  const size = a.dimension;
  const [x, y] = [rowA * size, rowB * size];
  const xx = dot(a.values, x, a.values, x, size);
  const yy = dot(b.values, y, b.values, y, size);
  if (!(xx > 0 && yy > 0)) return null;
  return cosineOf(dot(a.values, x, b.values, y, size), xx, yy);
}
