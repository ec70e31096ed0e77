import type { Metadata, MetadataValue } from '../types.ts';
import { importProblem, MAX_DIMENSION } from './problem.ts';
import type { DenseVectors, ImportColumns, RowBlock } from './types.ts';

/** One row of a format with named fields, and where it stands. */
export interface PlacedRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: string;
  readonly line: number | null;
}

/** The fields that are looked for, first come, first taken. */
const USUAL = {
  id: ['_id', 'id', 'docid', 'doc_id', 'query_id', 'qid', 'pid'],
  text: ['text', 'contents', 'content', 'body', 'passage', 'query', 'question'],
  vector: ['vector', 'embedding', 'emb', 'embeddings', 'values'],
} as const;
const TITLE = 'title';
const NEED = 'need';
const METADATA = 'metadata';

/** The names of the fields that a file uses; null where it has none. */
interface Layout {
  readonly id: string | null;
  readonly text: string | null;
  readonly vector: string | null;
  readonly hasTitle: boolean;
  readonly dimension: number;
}

/**
 * Turns records into blocks of rows. The first record decides which fields are read; each later one must
 * have them too. Fields that are no id, text, title, vector or need become metadata where they are
 * strings, numbers, truth values or lists of strings, and are left out otherwise.
 */
export class RecordBlocks {
  readonly #columns: ImportColumns;
  #layout: Layout | null = null;
  #nextRow = 0;

  constructor(columns: ImportColumns) {
    this.#columns = columns;
  }

  /** @throws UsageError naming the place of a record that does not fit. */
  block(records: readonly PlacedRecord[]): RowBlock {
    const [first] = records;
    if (first !== undefined) this.#layout ??= layoutOf(first, this.#columns);
    const layout = this.#layout;
    const firstRow = this.#nextRow;
    this.#nextRow += records.length;
    if (layout === null || first === undefined) return emptyBlock(firstRow);
    const { id, text, vector } = layout;
    return {
      firstRow,
      count: records.length,
      lines: first.line === null ? null : records.map((record) => record.line ?? 0),
      ids: id === null ? null : records.map((record) => idOf(record, id)),
      texts: text === null && !layout.hasTitle ? null : records.map((one) => textOf(one, layout)),
      metadata: records.map(({ fields }) => metadataOf(fields, layout)),
      needs: NEED in first.fields ? records.map(needOf) : null,
      vectors: vector === null ? null : vectorsOf(records, vector, layout.dimension),
    };
  }
}

function emptyBlock(firstRow: number): RowBlock {
  return {
    firstRow,
    count: 0,
    lines: null,
    ids: null,
    texts: null,
    metadata: null,
    needs: null,
    vectors: null,
  };
}

function layoutOf(first: PlacedRecord, columns: ImportColumns): Layout {
  const { fields, place } = first;
  const named = (kind: 'id' | 'text' | 'vector'): string | null => {
    const wanted = columns[kind];
    if (wanted === undefined) return USUAL[kind].find((name) => has(fields, name)) ?? null;
    if (has(fields, wanted)) return wanted;
    throw importProblem(
      'field',
      place,
      `there is no field ${JSON.stringify(wanted)}`,
      `the fields are: ${Object.keys(fields).slice(0, 20).join(', ') || 'none'}`,
    );
  };
  const layout = {
    id: named('id'),
    text: named('text'),
    vector: named('vector'),
    hasTitle: columns.text === undefined && typeof fields[TITLE] === 'string',
  };
  if (layout.text === null && !layout.hasTitle && layout.vector === null) {
    throw importProblem(
      'field',
      place,
      `neither a text nor a vector among the fields ${Object.keys(fields).slice(0, 20).join(', ') || '(none)'}`,
      'name them with --text-column and --vector-column',
    );
  }
  return { ...layout, dimension: layout.vector === null ? 0 : widthOf(first, layout.vector) };
}

function has(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(fields, name);
}

function idOf({ fields, place }: PlacedRecord, name: string): string {
  const value = has(fields, name) ? fields[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    return String(value);
  }
  throw importProblem(
    'id',
    place,
    `${name} is no id`,
    'an id is a string that is not empty, or a whole number',
  );
}

function textOf({ fields, place }: PlacedRecord, { text, hasTitle }: Layout): string {
  const title = hasTitle ? (fields[TITLE] ?? '') : '';
  const body = text === null ? '' : (fields[text] ?? '');
  if (typeof title !== 'string' || typeof body !== 'string') {
    const name = typeof title === 'string' ? text : TITLE;
    throw importProblem('text', place, `${name} is no string`, 'texts are strings');
  }
  return [title, body].filter((part) => part !== '').join(' ');
}

function needOf({ fields, place }: PlacedRecord): string | null {
  const need = fields[NEED] ?? null;
  if (need === null || (typeof need === 'string' && need !== '')) return need;
  throw importProblem('need', place, 'need is no name', 'a need is a string, or is left out');
}

function metadataOf(fields: Readonly<Record<string, unknown>>, layout: Layout): Metadata {
  const reserved = new Set([layout.id, layout.text, layout.vector, NEED, METADATA]);
  const nested = fields[METADATA];
  const entries = [
    ...Object.entries(fields).filter(([name]) => !reserved.has(name)),
    ...(typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.entries(nested)
      : []),
  ];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const kept = metadataValue(value);
      return kept === undefined ? [] : [[name, kept] as const];
    }),
  );
}

function metadataValue(value: unknown): MetadataValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => typeof item === 'string') ? value : undefined;
}

function widthOf(record: PlacedRecord, name: string): number {
  const { length } = listOf(record, name);
  if (length >= 1 && length <= MAX_DIMENSION) return length;
  throw importProblem(
    'dimension',
    record.place,
    `${name} has ${length} components`,
    `vectors have 1 to ${MAX_DIMENSION} dimensions`,
  );
}

function vectorsOf(
  records: readonly PlacedRecord[],
  name: string,
  dimension: number,
): DenseVectors {
  // Lengths first: what is allocated below was there as a list in every record.
  const lists = records.map((record) => {
    const list = listOf(record, name);
    if (list.length === dimension) return list;
    throw importProblem(
      'dimension',
      record.place,
      `${name} has ${list.length} components, the first one has ${dimension}`,
      'all vectors of a corpus have one dimension',
    );
  });
  const values = new Float32Array(records.length * dimension);
  for (const [row, list] of lists.entries()) {
    for (let i = 0; i < dimension; i++) {
      const value = list[i];
      if (typeof value !== 'number' && typeof value !== 'bigint') {
        throw importProblem(
          'component',
          records[row]?.place ?? '',
          `${name}[${i}] is no number`,
          'a vector is a list of numbers',
        );
      }
      values[row * dimension + i] = Number(value);
    }
  }
  return { dimension, values };
}

function listOf({ fields, place }: PlacedRecord, name: string): ArrayLike<unknown> {
  const value = has(fields, name) ? fields[name] : undefined;
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return value as unknown as ArrayLike<unknown>;
  }
  throw importProblem('component', place, `${name} is no list`, 'a vector is a list of numbers');
}
