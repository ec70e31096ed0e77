import { join } from 'node:path';
import { firstNamed } from '../../../counted.ts';
import { SURELY_LISTED } from '../judgments/records.ts';
import { importProblem } from '../problem.ts';
import type { RecordRole } from '../records/layout.ts';
import { type CheckedRows, checkedRows } from '../rows.ts';
import type { DenseVectors, LeftOut } from '../types.ts';
import { lineFile } from './line-file.ts';
import type { WriteOptions } from './write-options.ts';

/** Fields that a note names of those that were not kept. */
const SHOWN = 10;

/** What was written of one role. */
export interface WrittenRows {
  readonly file: { readonly count: number; readonly sha256: string };
  /** Ids in the order of their rows. */
  readonly ids: ReadonlySet<string>;
  readonly dimension: number | null;
  readonly hasTexts: boolean;
}

/**
 * Writes the rows of a role as JSONL, and hands their vectors on.
 * @param record what is written of a row; null leaves it out
 * @param notes takes a sentence for each kind of field that was not kept
 */
export async function writeRows(
  options: WriteOptions,
  role: RecordRole,
  notes: string[],
  record: (rows: CheckedRows, row: number) => { readonly id: string } | null,
): Promise<WrittenRows> {
  const { sources, folder, signal, columns } = options;
  const file = await lineFile(join(folder, `${role}.jsonl`));
  const ids = new Set<string>();
  const leftOut = {
    numbers: new Set<string>(),
    other: new Set<string>(),
    asText: new Set<string>(),
  };
  let dimension: number | null = null;
  let hasTexts = true;
  let read = 0;
  try {
    const reading = { role, columns: columns[role], ...(signal === undefined ? {} : { signal }) };
    for await (const rows of checkedRows(sources[role], reading)) {
      const kept: number[] = [];
      for (let row = 0; row < rows.ids.length; row++) {
        const value = record(rows, row);
        if (value === null) continue;
        kept.push(row);
        ids.add(value.id);
        file.add(JSON.stringify(value));
      }
      await file.flush();
      hasTexts &&= rows.texts !== null;
      for (const kind of ['numbers', 'other', 'asText'] as const) {
        for (const name of rows.leftOut?.[kind] ?? []) leftOut[kind].add(name);
      }
      if (rows.vectors !== null) {
        dimension = rows.vectors.dimension;
        await options.vectors[role].add(
          kept.map((row) => rows.ids[row] ?? ''),
          keptVectors(rows.vectors, kept),
        );
      }
      read += rows.ids.length;
      options.onRows?.(role, read);
    }
  } catch (error) {
    await file.end().catch(() => {});
    throw error;
  }
  const written = await file.end();
  if (read === 0) {
    const paths = sources[role].map(({ file: source }) => source.path).join(', ');
    throw importProblem('empty', paths, 'there is not one row', `${role} are needed`);
  }
  notes.push(
    ...leftOutNotes(role, {
      numbers: [...leftOut.numbers],
      other: [...leftOut.other],
      asText: [...leftOut.asText],
    }),
  );
  return { file: written, ids, dimension, hasTexts };
}

/** What was not kept of the fields of a role, a sentence for each kind. */
function leftOutNotes(role: RecordRole, { numbers, other, asText }: LeftOut): string[] {
  const kept =
    role === 'documents'
      ? 'metadata are strings, numbers, truth values and lists of strings'
      : 'of queries id, text, vector, need, cluster, slices and filter are';
  const isJudged = role === 'queries' && other.some((name) => SURELY_LISTED.includes(name));
  const judged = isJudged
    ? '; for judgments beside texts, give the file as judgments=PATH too'
    : '';
  return [
    ...(numbers.length === 0
      ? []
      : [
          `lists of numbers in ${role} were not read: ${firstNamed(numbers, SHOWN)} (--${role}.vector-column names the vectors)`,
        ]),
    ...(other.length === 0
      ? []
      : [`fields of ${role} were not kept: ${firstNamed(other, SHOWN)} (${kept}${judged})`]),
    ...(asText.length === 0
      ? []
      : [
          `numbers beyond 2^53 in ${role} are kept as text, with all digits: ${firstNamed(asText, SHOWN)}`,
        ]),
  ];
}

function keptVectors({ dimension, values }: DenseVectors, rows: readonly number[]): DenseVectors {
  if (rows.length * dimension === values.length) return { dimension, values };
  const kept = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) {
    kept.set(values.subarray(row * dimension, (row + 1) * dimension), at * dimension);
  }
  return { dimension, values: kept };
}
