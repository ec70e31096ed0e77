import { MAX_ID_LENGTH, type Metadata } from '../types.ts';
import { importProblem } from './problem.ts';
import { layoutOf, type RecordColumns, type RecordRole } from './records/layout.ts';
import { type FieldSurvey, united } from './records/survey.ts';
import type { ReadFile } from './sources/found.ts';
import type { Asked, DenseVectors, LeftOut, ReadOptions, RowBlock } from './types.ts';

/** Rows of documents or queries, checked, with an id each. */
export interface CheckedRows {
  readonly ids: readonly string[];
  /** Null for rows of which only vectors are known. */
  readonly texts: readonly string[] | null;
  readonly metadata: readonly Metadata[] | null;
  readonly asked: readonly Asked[] | null;
  readonly vectors: DenseVectors | null;
  readonly leftOut: LeftOut | null;
  /** Where a row stands, for an error. */
  readonly place: (row: number) => string;
}

/** How the rows of a role are read. */
export interface CheckedOptions extends ReadOptions {
  readonly role: RecordRole;
  readonly columns: RecordColumns;
}

/**
 * Reads all files of a role, one after the other, and checks what must hold over all of them: ids that
 * are unique and can be written, one dimension, finite components, vectors in all files or in none.
 * Rows without an id are numbered from 0 over all files.
 * @throws UsageError naming file and row or line
 */
export async function* checkedRows(
  files: readonly ReadFile[],
  options: CheckedOptions,
): AsyncGenerator<CheckedRows> {
  const { role, signal } = options;
  const seen = new SeenIds();
  let total = 0;
  let kind: { texts: boolean; vectors: boolean; ids: boolean; dimension: number } | null = null;
  const surveys: (FieldSurvey | null)[] = [];
  for (const source of files) surveys.push(await fieldsIn(source, options));
  const fields = united(surveys);
  for (const [at, source] of files.entries()) {
    const own = surveys[at] ?? null;
    if (own?.size === 0) continue;
    const { path } = source.file;
    const layout = own === null ? null : layoutOf(path, own, role, options.columns);
    seen.begin(path);
    const request = { role, layout, fields, ...(signal === undefined ? {} : { signal }) };
    for await (const block of source.importer.rows(source.file, request)) {
      if (block.count === 0) continue;
      const place = (row: number) => placeOf(path, block, row);
      kind ??= {
        texts: block.texts !== null,
        vectors: block.vectors !== null,
        ids: block.ids !== null,
        dimension: block.vectors?.dimension ?? 0,
      };
      const missing = (['texts', 'vectors', 'ids'] as const).find(
        (what) => kind?.[what] !== (block[what] !== null),
      );
      if (missing !== undefined) throw mixed(place(0), role, missing, kind[missing]);
      if (block.vectors !== null) checkVectors(block.vectors, kind.dimension, place);
      const first = total;
      const ids = block.ids ?? Array.from({ length: block.count }, (_, i) => String(first + i));
      if (block.ids !== null) checkIds(ids, seen, place);
      total += block.count;
      const { texts, metadata, asked, vectors, leftOut } = block;
      yield { ids, texts, metadata, asked, vectors, leftOut, place };
    }
  }
}

/** The fields of a file of records; null for other formats. */
async function fieldsIn(
  { file, importer }: ReadFile,
  { signal }: CheckedOptions,
): Promise<FieldSurvey | null> {
  if (importer.records === undefined) return null;
  return await importer.records.fields(file, signal === undefined ? {} : { signal });
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

/** The ids that were read, with the file that each came from. */
class SeenIds {
  readonly #fileOf = new Map<string, number>();
  readonly #paths: string[] = [];

  begin(path: string): void {
    this.#paths.push(path);
  }

  /** @returns the file that had the id before, null for a new one, which is taken */
  take(id: string): string | null {
    const before = this.#fileOf.get(id);
    if (before !== undefined) return this.#paths[before] ?? '';
    this.#fileOf.set(id, this.#paths.length - 1);
    return null;
  }
}

function checkIds(ids: readonly string[], seen: SeenIds, place: (row: number) => string): void {
  for (const [row, id] of ids.entries()) {
    if (/[\p{Cc}\p{Cs}]/u.test(id) || id.length > MAX_ID_LENGTH) {
      throw importProblem(
        'id',
        place(row),
        `the id ${JSON.stringify(id.slice(0, 60))} cannot be used`,
        `an id has no control characters, no half of a character and at most ${MAX_ID_LENGTH} characters`,
      );
    }
    const before = seen.take(id);
    if (before === null) continue;
    throw importProblem(
      'duplicate-id',
      place(row),
      `the id ${id} occurs a second time, after ${before}`,
      'give each row an id of its own; where two files hold the same rows, name one of them',
    );
  }
}

function mixed(
  place: string,
  role: RecordRole,
  what: 'texts' | 'vectors' | 'ids',
  before: boolean,
): Error {
  return importProblem(
    'mixed',
    place,
    `${role} have ${before ? 'no ' : ''}${what} here, and ${before ? 'had some' : 'had none'} before`,
    'import files of one kind together, or name the columns',
  );
}
