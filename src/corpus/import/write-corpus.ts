import { join } from 'node:path';
import { MANIFEST_FILE, type Manifest } from '../manifest.ts';
import { judgmentRows } from './judgments.ts';
import { lineFile } from './line-file.ts';
import { importProblem } from './problem.ts';
import { type CheckedRows, checkedRows } from './rows.ts';
import type { ImportSources } from './sources.ts';
import type { DenseVectors, JudgmentRow, ReadOptions } from './types.ts';

/** Takes vectors as they are read, with the id of each row. */
export interface VectorSink {
  readonly add: (ids: readonly string[], vectors: DenseVectors) => Promise<void>;
}

/** How an import is written. */
export interface WriteOptions extends ReadOptions {
  readonly sources: ImportSources;
  /** An empty folder. */
  readonly folder: string;
  readonly name: string;
  readonly collection: string;
  /** Keep queries that nothing is judged for, where judgments are given. */
  readonly allQueries: boolean;
  readonly sinks: Readonly<Record<'documents' | 'queries', VectorSink>>;
  /** Called with the number of rows read so far. */
  readonly onRows?: (role: 'documents' | 'queries', count: number) => void;
}

/** What was written, and what a reader should know about it. */
export interface WrittenCorpus {
  readonly documentCount: number;
  readonly queryCount: number;
  readonly judgmentCount: number;
  readonly dimension: number | null;
  readonly hasTexts: boolean;
  /** A sentence each. */
  readonly notes: readonly string[];
}

/** The grades that judgments of a corpus have. */
const HIGHEST_GRADE = 3;

/**
 * Writes `manifest.json`, `documents.jsonl`, `queries.jsonl` and `judgments.tsv`, and hands vectors to
 * the sinks. Memory holds one block of rows, the ids and the judgments.
 * @throws UsageError as told by the importers, and for judgments that contradict one another
 */
export async function writeCorpus(options: WriteOptions): Promise<WrittenCorpus> {
  const { sources, folder, name, collection } = options;
  const judged = await readJudgments(sources.judgments, options.signal);
  const notes: string[] = [...judged.notes];
  const documents = await writeDocuments(options, notes);
  const queries = await writeQueries(options, judged.grades, notes);
  if (documents.dimension !== queries.dimension) {
    throw importProblem(
      'dimension',
      join(folder, 'queries.jsonl'),
      `documents have ${told(documents.dimension)}, queries have ${told(queries.dimension)}`,
      'give vectors of one model for both, or for neither',
    );
  }
  const judgments = await writeJudgments(options, judged.grades, documents.ids, queries.ids, notes);
  const manifest: Manifest = {
    version: 1,
    name,
    generator: {
      name: 'retrieval-parity corpus import',
      formats: [...new Set(sources.documents.map(({ importer }) => importer.format))],
      texts: documents.hasTexts && queries.hasTexts ? 'given' : 'none',
      vectors: documents.dimension === null ? 'none' : 'given',
    },
    collections: [{ name: collection, file: 'documents.jsonl', ...documents.file }],
    queries: { file: 'queries.jsonl', ...queries.file },
    judgments: { file: 'judgments.tsv', ...judgments },
  };
  const manifestFile = await lineFile(join(folder, MANIFEST_FILE));
  manifestFile.add(JSON.stringify(manifest, null, 2));
  await manifestFile.end();
  return {
    documentCount: documents.file.count,
    queryCount: queries.file.count,
    judgmentCount: judgments.count,
    dimension: documents.dimension,
    hasTexts: documents.hasTexts && queries.hasTexts,
    notes,
  };
}

function told(dimension: number | null): string {
  return dimension === null ? 'no vectors' : `vectors of ${dimension} dimensions`;
}

interface WrittenRows {
  readonly file: { readonly count: number; readonly sha256: string };
  readonly ids: ReadonlySet<string>;
  readonly dimension: number | null;
  readonly hasTexts: boolean;
}

async function writeDocuments(options: WriteOptions, notes: string[]): Promise<WrittenRows> {
  let blank = 0;
  const written = await writeRows(options, 'documents', (rows, row) => {
    const id = rows.ids[row] ?? '';
    const given = rows.texts === null ? `document ${id}` : (rows.texts[row] ?? '');
    if (given === '') blank += 1;
    return { id, text: given || ' ', metadata: rows.metadata?.[row] ?? {} };
  });
  if (blank > 0) notes.push(`${blank} documents have no text: theirs is one space`);
  return written;
}

async function writeQueries(
  options: WriteOptions,
  grades: Grades | null,
  notes: string[],
): Promise<WrittenRows> {
  const keepAll = grades === null || options.allQueries || options.sources.truth !== null;
  let left = 0;
  const written = await writeRows(options, 'queries', (rows, row) => {
    const id = rows.ids[row] ?? '';
    if (!keepAll && !grades.has(id)) {
      left += 1;
      return null;
    }
    const text = rows.texts === null ? `query ${id}` : (rows.texts[row] ?? '');
    if (text === '') {
      throw importProblem('text', rows.place(row), 'the query has no text', 'leave it out');
    }
    return {
      id,
      need: rows.needs?.[row] ?? id,
      text,
      slices: ['plain'],
      collections: [options.collection],
    };
  });
  if (left > 0)
    notes.push(`${left} queries without judgments were left out (--all-queries keeps them)`);
  if (written.file.count === 0) {
    throw importProblem(
      'no-queries',
      options.sources.queries.map(({ path }) => path).join(', '),
      'not one query has a judgment',
      'check that judgments and queries belong together, or choose another --split',
    );
  }
  return written;
}

async function writeRows(
  options: WriteOptions,
  role: 'documents' | 'queries',
  record: (rows: CheckedRows, row: number) => { readonly id: string } | null,
): Promise<WrittenRows> {
  const { sources, folder, signal, columns } = options;
  const file = await lineFile(join(folder, `${role}.jsonl`));
  const ids = new Set<string>();
  let dimension: number | null = null;
  let hasTexts = true;
  let read = 0;
  try {
    const reading = { columns, ...(signal === undefined ? {} : { signal }) };
    for await (const rows of checkedRows(sources[role], role, reading)) {
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
      if (rows.vectors !== null) {
        dimension = rows.vectors.dimension;
        await options.sinks[role].add(
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
    const paths = sources[role].map(({ path }) => path).join(', ');
    throw importProblem('empty', paths, 'there is not one row', `${role} are needed`);
  }
  return { file: written, ids, dimension, hasTexts };
}

function keptVectors({ dimension, values }: DenseVectors, rows: readonly number[]): DenseVectors {
  if (rows.length * dimension === values.length) return { dimension, values };
  const kept = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) {
    kept.set(values.subarray(row * dimension, (row + 1) * dimension), at * dimension);
  }
  return { dimension, values: kept };
}

type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>;

async function readJudgments(
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<{ grades: Grades | null; notes: string[] }> {
  if (paths.length === 0) return { grades: null, notes: [] };
  const grades = new Map<string, Map<string, number>>();
  let raised = 0;
  let cut = 0;
  for (const path of paths) {
    for await (const rows of judgmentRows(path, signal)) {
      for (const row of rows) {
        const grade = Math.min(HIGHEST_GRADE, Math.max(0, row.grade));
        if (row.grade < 0) raised += 1;
        if (row.grade > HIGHEST_GRADE) cut += 1;
        addGrade(grades, path, row, grade);
      }
    }
  }
  const notes = [
    ...(raised > 0 ? [`${raised} negative grades count as 0`] : []),
    ...(cut > 0 ? [`${cut} grades above ${HIGHEST_GRADE} count as ${HIGHEST_GRADE}`] : []),
  ];
  return { grades, notes };
}

function addGrade(
  grades: Map<string, Map<string, number>>,
  path: string,
  { line, queryId, documentId }: JudgmentRow,
  grade: number,
): void {
  const ofQuery = grades.get(queryId) ?? new Map<string, number>();
  grades.set(queryId, ofQuery);
  const before = ofQuery.get(documentId);
  if (before !== undefined && before !== grade) {
    throw importProblem(
      'judgment',
      `${path}:${line}`,
      `${queryId} and ${documentId} were graded ${before} before`,
      'keep one grade a pair',
    );
  }
  ofQuery.set(documentId, grade);
}

async function writeJudgments(
  { folder, collection }: WriteOptions,
  grades: Grades | null,
  documents: ReadonlySet<string>,
  queries: ReadonlySet<string>,
  notes: string[],
): Promise<{ count: number; sha256: string }> {
  const file = await lineFile(join(folder, 'judgments.tsv'));
  const lost: string[] = [];
  for (const [queryId, ofQuery] of grades ?? []) {
    if (!queries.has(queryId)) {
      lost.push(queryId);
      continue;
    }
    for (const [documentId, grade] of ofQuery) {
      if (documents.has(documentId)) file.add(`${queryId}\t${collection}/${documentId}\t${grade}`);
      else lost.push(documentId);
    }
    await file.flush();
  }
  if (lost.length > 0) {
    notes.push(
      `${lost.length} judgments name queries or documents that are not there and were left out, e.g. ${lost[0]}`,
    );
  }
  return await file.end();
}
