import { matchesFilter } from '../../corpus/filter.ts';
import type { VectorQuery } from '../driver/driver.ts';
import type { StoredIndex } from './stored-index.ts';

/** A document by its label, and its distance as hnswlib gives it. */
export interface Scanned {
  readonly label: number;
  readonly distance: number;
}

/**
 * The k nearest of all stored vectors, in float64; equally near ones by label. The vectors are copied out of the graph
 * at the first search, 4 bytes a number.
 * @throws Error for a vector of another dimension
 */
export function scan(index: StoredIndex, { vector, k, filter }: VectorQuery): Scanned[] {
  const { metadata, ids, dimension, distance } = index;
  if (vector.length !== dimension) {
    throw new Error(`a vector of ${vector.length} dimensions, the index has ${dimension}`);
  }
  index.rows ??= rowsOf(index);
  const norm = distance === 'cosine' ? Math.hypot(...vector) : 1;
  const nearest: Scanned[] = [];
  for (let label = 0; label < ids.length; label++) {
    if (filter !== null && !matchesFilter(filter, metadata[label] ?? {})) continue;
    const row = index.rows.subarray(label * dimension, (label + 1) * dimension);
    const found = distance === 'euclidean' ? squares(row, vector) : 1 - dot(row, vector) / norm;
    const last = nearest[k - 1];
    if (last === undefined || found < last.distance) insert(nearest, { label, distance: found }, k);
  }
  return nearest;
}

function rowsOf({ graph, ids, dimension }: StoredIndex): Float32Array {
  const rows = new Float32Array(ids.length * dimension);
  for (const label of ids.keys()) rows.set(graph.getPoint(label), label * dimension);
  return rows;
}

/** Puts one behind all that are as near, and drops what is beyond k. */
function insert(nearest: Scanned[], entry: Scanned, k: number): void {
  let at = nearest.length;
  while (at > 0 && (nearest[at - 1] as Scanned).distance > entry.distance) at--;
  nearest.splice(at, 0, entry);
  if (nearest.length > k) nearest.pop();
}

function dot(a: Float32Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function squares(a: Float32Array, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}
