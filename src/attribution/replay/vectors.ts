import { SAME_LENGTH } from '../../metrics/thresholds.ts';
import type { VectorTable } from '../../record/types.ts';
import { medianOf } from '../../stats/quantiles.ts';
import { dot } from '../../truth/cosine.ts';
import {
  atPrecision,
  type Codec,
  greatestComponent,
  PLAIN,
  type Precision,
  rounded,
} from './precision.ts';
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
  /** A document's own vector as the side compares it when the document is asked by its text. */
  readonly asQuery: (row: number, side: SideIndex) => Float32Array;
  /** Any query's vector as the side compares it, by id; empty where there is none. */
  readonly askedVector: (id: string, side: SideIndex) => Float32Array;
  /** Cosine in float64 of a side's own vectors; NaN where one is missing. */
  readonly ownCosine: (query: number, row: number, side: SideIndex) => number;
  /** Typical norm of a side's documents, for rows that have no vector. */
  readonly medianNorm: (side: SideIndex) => number;
  /**
   * Whether the documents of each side are all equally long as its embed route gives them: cosine, dot product and
   * Euclidean distance rank them alike, and lengths that differ in codes are the codes' own.
   */
  readonly isEquallyLong: boolean;
  /** Whether each document is as long on one side as on the other, or all are: what differs then comes of codes. */
  readonly haveSameLengths: boolean;
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
  /** The codes that each side compares: they go with its documents. Absent for float32. */
  readonly codecs?: readonly [Codec, Codec];
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
  const codecs = tables.codecs ?? [PLAIN, PLAIN];
  const greatest = pairOf((side) =>
    Object.values(codecs[side]).some((precision) => precision.endsWith('of the index'))
      ? greatestComponent(tables.documents[side].values)
      : 0,
  );
  const coded = codedTables();
  const placedOf = placedTables();
  const documents = pairOf((side) =>
    placedOf(coded(tables.documents[side], codecs[side].documents, greatest[side]), names),
  );
  // What becomes of a query is a matter of the index that it is compared with.
  const asked = pairOf((q) =>
    pairOf((d) => placedOf(coded(tables.queries[q], codecs[d].queries, greatest[d]), ids)),
  );
  const ownDocuments = pairOf((side) =>
    placedOf(coded(tables.own.documents[side], codecs[side].documents, greatest[side]), names),
  );
  const plainDocuments = pairOf((side) => placedOf(tables.own.documents[side], names));
  const ownQueries = pairOf((side) =>
    placedOf(coded(tables.own.queries[side], codecs[side].queries, greatest[side]), ids),
  );
  const plainQueries = pairOf((side) => placedOf(tables.own.queries[side], ids));
  const medianNorms = pairOf(
    (side) => medianOf(ownDocuments[side].norms.filter((norm) => norm > 0)) ?? 1,
  );
  const [one, other] = plainDocuments.map(({ norms }) => norms);
  const isEquallyLong = plainDocuments.every(({ norms }) => areEqual(norms));
  const vectorById = vectorsById();
  const kept = new Map<string, Float64Array>();
  const numbers = new Map<Placed, number>();
  const numberOf = (one: Placed): number => {
    const known = numbers.get(one) ?? numbers.size;
    numbers.set(one, known);
    return known;
  };
  const compute = (query: number, from: Placed, to: Placed): Float64Array => {
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
      const [from, to] = [asked[q][d], documents[d]];
      const key = `${query} ${numberOf(from)} ${numberOf(to)}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const fresh = compute(query, from, to);
      kept.set(key, fresh);
      return fresh;
    },
    queryNorm: (query, side) => ownQueries[side].norms[query] ?? 0,
    documentNorm: (row, side) => ownDocuments[side].norms[row] ?? 0,
    queryVector: (query, side) => vectorOf(asked[side][side], query),
    documentVector: (row, side) => vectorOf(documents[side], row),
    asQuery: (row, side) =>
      rounded(vectorOf(plainDocuments[side], row), codecs[side].queries, greatest[side]),
    askedVector: (id, side) =>
      rounded(vectorById(tables.own.queries[side], id), codecs[side].queries, greatest[side]),
    ownCosine: (query, row, side) =>
      cosine(vectorOf(plainQueries[side], query), vectorOf(plainDocuments[side], row)),
    medianNorm: (side) => medianNorms[side],
    isEquallyLong,
    haveSameLengths:
      isEquallyLong || (one ?? []).every((norm, row) => areEqual([norm, other?.[row] ?? 0])),
  };
}

/** Whether lengths are one but for float noise; a zero vector has no place in any metric. */
function areEqual(norms: Iterable<number>): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const norm of norms) {
    if (norm === 0) continue;
    least = Math.min(least, norm);
    most = Math.max(most, norm);
  }
  return most - least <= SAME_LENGTH * most;
}

/** Cosine of two vectors in float64; NaN where one is empty, zero or of another length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return Number.NaN;
  const d = a.length;
  return dot(a, 0, b, 0, d) / Math.sqrt(dot(a, 0, a, 0, d) * dot(b, 0, b, 0, d));
}

function pairOf<Out>(make: (side: SideIndex) => Out): readonly [Out, Out] {
  return [make(0), make(1)];
}

/** Tables at a precision, each made once. */
function codedTables(): (
  table: VectorTable,
  precision: Precision,
  greatest: number,
) => VectorTable {
  const made = new Map<VectorTable, Map<string, VectorTable>>();
  return (table, precision, greatest) => {
    if (precision === 'float32') return table;
    const known = made.get(table) ?? new Map<string, VectorTable>();
    made.set(table, known);
    const name = `${precision} ${greatest}`;
    const result = known.get(name) ?? atPrecision(table, precision, greatest);
    known.set(name, result);
    return result;
  };
}

/** Vectors of tables by id; empty where there is none. */
function vectorsById(): (table: VectorTable, id: string) => Float32Array {
  const made = new Map<VectorTable, Map<string, number>>();
  return (table, id) => {
    const rows = made.get(table) ?? new Map(table.ids.map((name, row) => [name, row]));
    made.set(table, rows);
    const row = rows.get(id);
    const from = (row ?? 0) * table.dimension;
    return row === undefined
      ? new Float32Array(0)
      : table.values.subarray(from, from + table.dimension);
  };
}

/** Lookups of tables, each made once: equal tables stay the same object. */
function placedTables(): (table: VectorTable, ids: readonly string[]) => Placed {
  const made = new Map<VectorTable, Placed>();
  return (table, ids) => {
    const known = made.get(table) ?? placed(table, ids);
    made.set(table, known);
    return known;
  };
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
