import type { VectorTable } from '../../record/types.ts';
import { dot } from '../../truth/cosine.ts';
import type { World } from './world.ts';

/** 0 is the incumbent, 1 the candidate. */
export type SideIndex = 0 | 1;

/** Cosines and norms between any side's queries and any side's documents; rows are those of the world. */
export interface Spaces {
  /** Cosine with every row of the query's collections; NaN where a vector is missing or zero. Kept once computed. */
  readonly cosines: (query: number, ofQuery: SideIndex, ofDocument: SideIndex) => Float64Array;
  readonly queryNorm: (query: number, side: SideIndex) => number;
  readonly documentNorm: (row: number, side: SideIndex) => number;
  readonly queryVector: (query: number, side: SideIndex) => Float32Array;
  readonly documentVector: (row: number, side: SideIndex) => Float32Array;
  /** Cosine in float64 of a side's own vectors; NaN where one is missing. */
  readonly ownCosine: (query: number, row: number, side: SideIndex) => number;
  /** Typical norm of a side's documents, for rows that have no vector. */
  readonly medianNorm: (side: SideIndex) => number;
}

/** Two tables a side. */
export interface SpaceTables {
  /** Directions; the second side's table is the same object as the first's where nothing differs. */
  readonly queries: readonly [VectorTable, VectorTable];
  readonly documents: readonly [VectorTable, VectorTable];
  /** Each side's own tables, for lengths. */
  readonly own: {
    readonly queries: readonly [VectorTable, VectorTable];
    readonly documents: readonly [VectorTable, VectorTable];
  };
}

interface Placed {
  readonly table: VectorTable;
  readonly rowIn: Int32Array;
  readonly norms: Float64Array;
}

/** Prepares the lookups; cosines are computed when they are first asked for. */
export function openSpaces(
  world: World,
  queries: readonly { readonly id: string; readonly collections: readonly string[] }[],
  tables: SpaceTables,
): Spaces {
  const names = world.keys.slice(0, world.corpusSize);
  const ids = queries.map((query) => query.id);
  const documents = bySide(tables.documents, (table) => placed(table, names));
  const asked = bySide(tables.queries, (table) => placed(table, ids));
  const ownDocuments = bySide(tables.own.documents, (table) => placed(table, names));
  const ownQueries = bySide(tables.own.queries, (table) => placed(table, ids));
  const kept = new Map<string, Float64Array>();
  const compute = (query: number, q: SideIndex, d: SideIndex): Float64Array => {
    const from = asked[q];
    const to = documents[d];
    const result = new Float64Array(world.corpusSize).fill(Number.NaN);
    const dimension = to.table.dimension;
    const queryNorm = from.norms[query] ?? 0;
    if (from.table.dimension !== dimension || queryNorm === 0) return result;
    const offset = (from.rowIn[query] ?? 0) * dimension;
    for (const name of queries[query]?.collections ?? []) {
      const [first, end] = world.ranges.get(name) ?? [0, 0];
      for (let row = first; row < end; row++) {
        const norm = to.norms[row] ?? 0;
        if (norm === 0) continue;
        const at = (to.rowIn[row] ?? 0) * dimension;
        result[row] =
          dot(from.table.values, offset, to.table.values, at, dimension) / (queryNorm * norm);
      }
    }
    return result;
  };
  return {
    cosines: (query, q, d) => {
      const key = `${query} ${asked[q] === asked[0] ? 0 : 1} ${documents[d] === documents[0] ? 0 : 1}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const fresh = compute(query, q, d);
      kept.set(key, fresh);
      return fresh;
    },
    queryNorm: (query, side) => ownQueries[side].norms[query] ?? 0,
    documentNorm: (row, side) => ownDocuments[side].norms[row] ?? 0,
    queryVector: (query, side) => vectorOf(asked[side], query),
    documentVector: (row, side) => vectorOf(documents[side], row),
    ownCosine: (query, row, side) =>
      cosine(vectorOf(ownQueries[side], query), vectorOf(ownDocuments[side], row)),
    medianNorm: (side) => {
      const sorted = [...ownDocuments[side].norms].filter((norm) => norm > 0).sort((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] ?? 1;
    },
  };
}

/** Cosine of two vectors in float64; NaN where one is empty, zero or of another length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return Number.NaN;
  const d = a.length;
  return dot(a, 0, b, 0, d) / Math.sqrt(dot(a, 0, a, 0, d) * dot(b, 0, b, 0, d));
}

function bySide<In, Out>(pair: readonly [In, In], make: (value: In) => Out): readonly [Out, Out] {
  const first = make(pair[0]);
  return [first, pair[1] === pair[0] ? first : make(pair[1])];
}

function placed(table: VectorTable, ids: readonly string[]): Placed {
  const at = new Map(table.ids.map((id, row) => [id, row]));
  const rowIn = Int32Array.from(ids, (id) => at.get(id) ?? -1);
  const d = table.dimension;
  const norms = Float64Array.from(rowIn, (row) =>
    row === -1 ? 0 : Math.sqrt(dot(table.values, row * d, table.values, row * d, d)),
  );
  return { table, rowIn, norms };
}

function vectorOf({ table, rowIn }: Placed, index: number): Float32Array {
  const row = rowIn[index] ?? -1;
  return row === -1
    ? new Float32Array(0)
    : table.values.subarray(row * table.dimension, (row + 1) * table.dimension);
}
