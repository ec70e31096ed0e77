import type { Metadata, MetadataValue } from '../../types.ts';
import { importProblem, MAX_DIMENSION } from '../problem.ts';
import type { DenseVectors, LeftOut, RowBlock } from '../types.ts';
import { type RecordLayout, TITLE } from './layout.ts';
import { kindOf, type PlacedRecord } from './survey.ts';
import { fieldOf, filterOf, idOf, metadataValue, nameOf, slicesOf, textOf } from './values.ts';

const METADATA = 'metadata';
const NEED = 'need';
const CLUSTER = 'cluster';
const SLICES = 'slices';
const FILTER = 'filter';

/**
 * Turns records into blocks of rows. The layout says which fields hold ids, texts and vectors; of queries need, cluster,
 * slices and filter are kept too, and of documents what else is a string, number, truth value or list of strings
 * becomes metadata. The names of fields that cannot be kept go with each block.
 */
export class RecordBlocks {
  readonly #layout: RecordLayout;
  readonly #reserved: ReadonlySet<string | null>;
  #nextRow = 0;
  #dimension: number | null = null;

  constructor(layout: RecordLayout) {
    this.#layout = layout;
    const { role, id, text, vector } = layout;
    const own = role === 'queries' ? [NEED, CLUSTER, SLICES, FILTER, TITLE] : [];
    this.#reserved = new Set([id, text, vector, METADATA, ...own]);
  }

  /** @throws UsageError naming the place of a record that does not fit. */
  block(records: readonly PlacedRecord[]): RowBlock {
    const { role, id, text, hasTitle, vector } = this.#layout;
    const firstRow = this.#nextRow;
    this.#nextRow += records.length;
    const isQueries = role === 'queries';
    const leftOut = new LeftOutFields();
    const metadata = records.map((record) => this.#metadataOf(record, leftOut));
    return {
      firstRow,
      count: records.length,
      lines: records.some(({ line }) => line === null)
        ? null
        : records.map(({ line }) => line ?? 0),
      ids: id === null ? null : records.map((record) => idOf(record, id)),
      texts: text === null && !hasTitle ? null : records.map((one) => this.#textOf(one)),
      metadata: isQueries ? null : metadata,
      asked: isQueries
        ? records.map((record) => ({
            need: nameOf(record, NEED),
            cluster: nameOf(record, CLUSTER),
            slices: slicesOf(record, SLICES),
            filter: filterOf(record, FILTER),
          }))
        : null,
      vectors: vector === null ? null : this.#vectorsOf(records, vector),
      leftOut: leftOut.names(),
    };
  }

  #textOf(record: PlacedRecord): string {
    const { text, hasTitle } = this.#layout;
    return [hasTitle ? textOf(record, TITLE) : '', text === null ? '' : textOf(record, text)]
      .filter((part) => part !== '')
      .join(' ');
  }

  #metadataOf({ fields }: PlacedRecord, leftOut: LeftOutFields): Metadata {
    const nested = fields[METADATA];
    const isNested = typeof nested === 'object' && nested !== null && !Array.isArray(nested);
    const entries = [
      ...Object.entries(fields).filter(([name]) => !this.#reserved.has(name)),
      ...(isNested ? Object.entries(nested) : [[METADATA, nested] as const]),
    ].filter(([, value]) => value !== undefined);
    const isKept = this.#layout.role === 'documents';
    return Object.fromEntries(
      entries.flatMap(([name, value]): [string, MetadataValue][] => {
        const kept = isKept ? metadataValue(value) : undefined;
        leftOut.add(name, value, kept);
        return kept === undefined ? [] : [[name, kept]];
      }),
    );
  }

  #vectorsOf(records: readonly PlacedRecord[], name: string): DenseVectors {
    // Lengths first: what is allocated below was there as a list in every record.
    const lists = records.map((record) => this.#vectorOf(record, name));
    const dimension = this.#dimension ?? 0;
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

  #vectorOf(record: PlacedRecord, name: string): ArrayLike<unknown> {
    const value = fieldOf(record, name) ?? null;
    const isList =
      Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array;
    if (!isList) {
      throw importProblem(
        'component',
        record.place,
        value === null ? `there is no vector in ${name}` : `${name} is no list of numbers`,
        value === null
          ? 'other records have one: embed this record too, or leave it out'
          : 'a vector is a list of numbers, or float32 in a byte array of fixed length',
      );
    }
    const { length } = value;
    this.#dimension ??= checkedWidth(record, name, length);
    if (length === this.#dimension) return value;
    throw importProblem(
      'dimension',
      record.place,
      `${name} has ${length} components, the first one has ${this.#dimension}`,
      'all vectors of a corpus have one dimension',
    );
  }
}

function checkedWidth(record: PlacedRecord, name: string, length: number): number {
  if (length >= 1 && length <= MAX_DIMENSION) return length;
  throw importProblem(
    'dimension',
    record.place,
    `${name} has ${length} components`,
    `vectors have 1 to ${MAX_DIMENSION} dimensions`,
  );
}

/** Names of fields that a block could not keep, or not as they were. */
class LeftOutFields {
  readonly #numbers = new Set<string>();
  readonly #other = new Set<string>();
  readonly #asText = new Set<string>();

  add(name: string, value: unknown, kept: MetadataValue | undefined): void {
    const kind = kindOf(value);
    if (kept === undefined && kind !== 'empty') {
      (kind === 'numbers' ? this.#numbers : this.#other).add(name);
    }
    if (typeof value === 'bigint' && typeof kept === 'string') this.#asText.add(name);
  }

  names(): LeftOut {
    return {
      numbers: [...this.#numbers],
      other: [...this.#other],
      asText: [...this.#asText],
    };
  }
}
