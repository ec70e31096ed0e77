import type { Metadata } from '../types.ts';
import { importProblem } from './problem.ts';
import type { ImportFile } from './sources.ts';
import type { DenseVectors, ReadOptions, RowBlock } from './types.ts';

/** Rows of documents or queries, checked, with an id each. */
export interface CheckedRows {
  readonly ids: readonly string[];
  /** Null for rows of which only vectors are known. */
  readonly texts: readonly string[] | null;
  readonly metadata: readonly Metadata[] | null;
  readonly needs: readonly (string | null)[] | null;
  readonly vectors: DenseVectors | null;
  /** Where a row stands, for an error. */
  readonly place: (row: number) => string;
}

/**
 * Reads all files of a role, one after the other, and checks what must hold over all of them: ids that
 * are unique and can be written, one dimension, finite components, vectors in all files or in none.
 * Rows without an id are numbered from 0 over all files.
 * @throws UsageError naming file and row or line
 */
export async function* checkedRows(
  files: readonly ImportFile[],
  role: 'documents' | 'queries',
  options: ReadOptions,
): AsyncGenerator<CheckedRows> {
  const seen = new Set<string>();
  let total = 0;
  let kind: { texts: boolean; vectors: boolean; ids: boolean; dimension: number } | null = null;
  for (const { path, importer } of files) {
    for await (const block of importer.rows(path, role, options)) {
      if (block.count === 0) continue;
      const place = (row: number) => placeOf(path, block, row);
      kind ??= {
        texts: block.texts !== null,
        vectors: block.vectors !== null,
        ids: block.ids !== null,
        dimension: block.vectors?.dimension ?? 0,
      };
      const alike =
        kind.texts === (block.texts !== null) &&
        kind.vectors === (block.vectors !== null) &&
        kind.ids === (block.ids !== null);
      if (!alike) throw mixed(place(0), role);
      if (block.vectors !== null) checkVectors(block.vectors, kind.dimension, place);
      const first = total;
      const ids = block.ids ?? Array.from({ length: block.count }, (_, i) => String(first + i));
      if (block.ids !== null) checkIds(ids, seen, place);
      total += block.count;
      const { texts, metadata, needs, vectors } = block;
      yield { ids, texts, metadata, needs, vectors, place };
    }
  }
}

function placeOf(path: string, { lines, firstRow }: RowBlock, row: number): string {
  const line = lines?.[row];
  return line === undefined ? `${path}: row ${firstRow + row}` : `${path}:${line}`;
}

function checkVectors(
  { dimension, values }: DenseVectors,
  expected: number,
  place: (row: number) => string,
): void {
  if (dimension !== expected) {
    throw importProblem(
      'dimension',
      place(0),
      `vectors have ${dimension} dimensions here and ${expected} before`,
      'all vectors of a corpus have one dimension',
    );
  }
  // One pass without a call an element: x − x is 0 for every finite x, and NaN for the others.
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += (values[i] as number) - (values[i] as number);
  if (zero === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw importProblem(
    'non-finite',
    place(Math.floor(at / dimension)),
    `component ${at % dimension} of the vector is ${values[at]} as a float32`,
    'a cosine with such a vector is undefined: embed the row again, or leave it out',
  );
}

function checkIds(ids: readonly string[], seen: Set<string>, place: (row: number) => string): void {
  for (const [row, id] of ids.entries()) {
    if (/[\p{Cc}]/u.test(id) || id.length > 1024) {
      throw importProblem(
        'id',
        place(row),
        `the id ${JSON.stringify(id.slice(0, 60))} cannot be used`,
        'an id has no control characters and at most 1024 characters',
      );
    }
    if (seen.has(id)) {
      throw importProblem(
        'duplicate-id',
        place(row),
        `the id ${id} occurs a second time`,
        'give each row an id of its own',
      );
    }
    seen.add(id);
  }
}

function mixed(place: string, role: string): Error {
  return importProblem(
    'mixed',
    place,
    `${role} differ in what they have: texts, vectors or ids are missing here or were missing before`,
    'import files of one kind together',
  );
}
