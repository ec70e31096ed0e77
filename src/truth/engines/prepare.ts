import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import type { VectorTable } from '../../record/types.ts';
import { squaredNorms } from '../cosine.ts';
import { rankKeys } from '../key-order.ts';
import type { TruthList } from '../types.ts';
import type { ExactEngineName, ExactInput, ExactQueries, ExactResult } from './exact-engine.ts';

/** Queries that may find the same documents. */
export interface QueryGroup {
  /** One byte a document row, or null for all rows. */
  readonly bitmap: Uint8Array | null;
  /** Numbers of the queries with a non-zero vector. */
  readonly queries: readonly number[];
}

/** Checked queries with the figures that every engine needs. */
export interface PreparedQueries {
  readonly querySquares: Float64Array;
  readonly groups: readonly QueryGroup[];
  /** One count a query: the rows its bitmap allows, zero vectors among them. */
  readonly allowedCounts: Float64Array;
}

/** A checked input with the figures that every engine needs. */
export interface PreparedInput extends PreparedQueries {
  readonly documentSquares: Float64Array;
  /** Place of every document's key in the order of UTF-8 bytes. */
  readonly keyRanks: Uint32Array;
}

/**
 * Checks an input, computes norms and key ranks, and groups queries by the rows they may find.
 *
 * @throws UsageError as told in `ExactEngine.topK`
 */
export function prepareExact(input: ExactInput): PreparedInput {
  checkKPrime(input.kPrime);
  const documentSquares = squaredNorms(input.documents, 'document');
  const queries = prepareQueries(input.documents, input);
  return { ...queries, documentSquares, keyRanks: rankKeys(input.documents.ids) };
}

/** @throws UsageError `truth.k` */
function checkKPrime(kPrime: number): void {
  if (!Number.isInteger(kPrime) || kPrime < 1) {
    throw new UsageError('truth.k', `k′ must be a whole number of at least 1, got ${kPrime}`);
  }
}

/**
 * Checks queries against the documents that they are put to, and groups them by the rows they may find.
 *
 * @throws UsageError as told in `ExactEngine.topK`
 */
export function prepareQueries(documents: VectorTable, ask: ExactQueries): PreparedQueries {
  const { queries } = ask;
  checkKPrime(ask.kPrime);
  const querySquares = squaredNorms(queries, 'query');
  if (documents.ids.length > 0 && queries.ids.length > 0) checkDimensions(documents, queries);
  const byBitmap = new Map<Uint8Array | null, { queries: number[]; allowedCount: number }>();
  const allowedCounts = new Float64Array(queries.ids.length);
  for (let query = 0; query < queries.ids.length; query++) {
    const bitmap = ask.allowed?.(query) ?? null;
    let group = byBitmap.get(bitmap);
    if (group === undefined) {
      group = { queries: [], allowedCount: countAllowed(bitmap, documents.ids.length) };
      byBitmap.set(bitmap, group);
    }
    allowedCounts[query] = group.allowedCount;
    if ((querySquares[query] ?? 0) > 0) group.queries.push(query);
  }
  const groups = [...byBitmap].map(([bitmap, group]) => ({ bitmap, queries: group.queries }));
  return { querySquares, groups, allowedCounts };
}

/** Row numbers, rising, that a bitmap allows and whose vector is not zero. */
export function rowsOf(bitmap: Uint8Array | null, documentSquares: Float64Array): Uint32Array {
  const rows = new Uint32Array(documentSquares.length);
  let count = 0;
  for (let row = 0; row < documentSquares.length; row++) {
    if ((documentSquares[row] ?? 0) > 0 && (bitmap === null || bitmap[row] !== 0)) {
      rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

/** Places in a list of row numbers, rising, of the rows that a bitmap allows. */
export function placesOf(rowNumbers: Uint32Array, bitmap: Uint8Array | null): Uint32Array {
  const places = new Uint32Array(rowNumbers.length);
  let count = 0;
  for (let place = 0; place < rowNumbers.length; place++) {
    if (bitmap === null || bitmap[rowNumbers[place] as number] !== 0) places[count++] = place;
  }
  return places.subarray(0, count);
}

/** What {@link exactResult} works on. */
interface SelectedRows {
  readonly engine: ExactEngineName;
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly prepared: Omit<PreparedInput, 'keyRanks' | 'groups'>;
  readonly selected: readonly ({ rows: Uint32Array; scores: Float64Array } | null)[];
  readonly widenedQueries: number;
}

/** Turns row numbers and scores, one pair a query (null for a zero query), into an engine's result. */
export function exactResult({
  engine,
  documents,
  queries,
  prepared,
  selected,
  widenedQueries,
}: SelectedRows): ExactResult {
  const lists = queries.ids.map((_, query): TruthList => {
    const list = selected[query];
    const allowedCount = prepared.allowedCounts[query] ?? 0;
    if (list === null || list === undefined) {
      return { keys: [], scores: new Float64Array(0), allowedCount };
    }
    const keys = Array.from(list.rows, (row) => documents.ids[row] ?? '');
    return { keys, scores: list.scores, allowedCount };
  });
  return {
    engine,
    lists,
    zeroDocuments: documents.ids.filter((_, row) => prepared.documentSquares[row] === 0),
    zeroQueries: queries.ids.filter((_, row) => prepared.querySquares[row] === 0),
    widenedQueries,
  };
}

function checkDimensions(documents: VectorTable, queries: VectorTable): void {
  if (documents.dimension !== queries.dimension) {
    throw new UsageError(
      'truth.dimension',
      `documents have ${documents.dimension} dimensions and queries ${queries.dimension}`,
      { hint: 'embed both with the same model' },
    );
  }
}

function countAllowed(bitmap: Uint8Array | null, rowCount: number): number {
  if (bitmap === null) return rowCount;
  if (bitmap.length !== rowCount) {
    throw new UsageError(
      'truth.bitmap',
      `an allowed-row map has ${counted(bitmap.length, 'entry', 'entries')} for ${counted(rowCount, 'document')}`,
    );
  }
  let count = 0;
  for (const byte of bitmap) if (byte !== 0) count++;
  return count;
}
