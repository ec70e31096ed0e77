import { float32Above } from './bound.ts';

/**
 * Lower bounds of each query's k-th score, shared by all shards: the k-th score over some of the rows
 * is not above the one over all of them, so what one shard has found spares the others work.
 *
 * One int32 a query, in the order of float32 numbers, since only integers can be raised atomically.
 */
export type SharedFloors = Int32Array;

const view = new DataView(new ArrayBuffer(4));

/** @returns floors of so many queries that nothing is known about */
export function createSharedFloors(queryCount: number): SharedFloors {
  const floors = new Int32Array(new SharedArrayBuffer(queryCount * 4));
  return floors.fill(ordered(Number.NEGATIVE_INFINITY));
}

/** Raises a query's floor to a score, rounded down, where it is lower; returns what it is now. */
export function raiseShared(floors: SharedFloors, query: number, score: number): number {
  const wanted = ordered(-float32Above(-score));
  let known = Atomics.load(floors, query);
  while (known < wanted) {
    const found = Atomics.compareExchange(floors, query, known, wanted);
    if (found === known) return numberOf(wanted);
    known = found;
  }
  return numberOf(known);
}

/** The bits of a float32; those of negative numbers turned round, so that they rise with the number. */
function ordered(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  return bits < 0 ? bits ^ 0x7fff_ffff : bits;
}

function numberOf(order: number): number {
  view.setInt32(0, order < 0 ? order ^ 0x7fff_ffff : order);
  return view.getFloat32(0);
}
