import type { VectorTable } from '../types.ts';
import type { RunReader } from './run-reader.ts';
import type { RunWriter } from './run-writer.ts';

/** A table of vectors that a run should hold: its name, and whose vectors it has, in order. */
export interface WantedVectors {
  readonly name: string;
  readonly of: readonly { readonly id: string }[];
}

/**
 * Tables of vectors that the run which is gone on with has: all of its answers rest on them, and making them again may
 * give others. Null where one is missing, or lacks a row.
 * @param open opens that run, which hashes all of it: called where every table is there
 */
export async function recordedVectors(
  writer: RunWriter,
  open: () => Promise<RunReader>,
  wanted: readonly WantedVectors[],
): Promise<readonly VectorTable[] | null> {
  if (!wanted.every(({ name }) => writer.hasVectors(name))) return null;
  const reader = await open();
  const tables: VectorTable[] = [];
  for (const { name, of } of wanted) {
    const table = await reader.vectors(name);
    if (table.ids.length !== of.length) return null;
    if (!of.every(({ id }, row) => table.ids[row] === id)) return null;
    tables.push(table);
  }
  return tables;
}
