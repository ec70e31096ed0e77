import { join } from 'node:path';
import { makeFolder } from '../../disk/make-folder.ts';
import { sha256Hex, writeWhole } from '../files/write-whole.ts';
import { vectorCodec } from '../tables/vector-table.ts';
import {
  VECTORS_INDEX,
  type VectorIndex,
  type VectorPart,
  type VectorRole,
} from './vector-index.ts';

/** Values of one file: 128 MiB. What is in memory while vectors are written is a few times that. */
const VALUES_PER_FILE = 1 << 25;
/** Rows of one file: of rows narrower than 32 numbers the ids take more than the values. */
const ROWS_PER_FILE = 1 << 20;

/**
 * Writes tables of vectors as Arrow files of bounded size (`documents.arrow`, and `documents-1.arrow` …
 * where one is not enough) and, at the end, the index that names them with rows and sha256.
 */
export class VectorWriter {
  readonly #folder: string;
  readonly #parts: Record<VectorRole, VectorPart[]> = { documents: [], queries: [] };
  readonly #waiting: Record<VectorRole, { ids: string[]; values: Float32Array[] }> = {
    documents: { ids: [], values: [] },
    queries: { ids: [], values: [] },
  };
  readonly #valuesPerFile: number;
  readonly #rowsPerFile: number;
  #dimension = 0;

  /** @param options numbers and rows from which a file is full; by default 128 MiB of numbers, and 2^20 rows */
  constructor(
    folder: string,
    options: { readonly valuesPerFile?: number; readonly rowsPerFile?: number } = {},
  ) {
    this.#folder = folder;
    this.#valuesPerFile = options.valuesPerFile ?? VALUES_PER_FILE;
    this.#rowsPerFile = options.rowsPerFile ?? ROWS_PER_FILE;
  }

  /** Adds rows of one dimension. @throws InfrastructureError where the disk refuses */
  async add(
    role: VectorRole,
    ids: readonly string[],
    dimension: number,
    values: Float32Array,
  ): Promise<void> {
    if (ids.length === 0) return;
    this.#dimension = dimension;
    const waiting = this.#waiting[role];
    for (const id of ids) waiting.ids.push(id);
    waiting.values.push(values);
    const rows = waiting.ids.length;
    if (rows * dimension >= this.#valuesPerFile || rows >= this.#rowsPerFile) {
      await this.#write(role);
    }
  }

  /** Writes what waits and the index; without any vectors nothing is written. */
  async end(source: string): Promise<void> {
    await this.#write('documents');
    await this.#write('queries');
    if (this.#dimension === 0) return;
    const index: VectorIndex = {
      version: 1,
      dimension: this.#dimension,
      source,
      documents: this.#parts.documents,
      queries: this.#parts.queries,
    };
    const text = `${JSON.stringify(index, null, 2)}\n`;
    await writeWhole(join(this.#folder, VECTORS_INDEX), Buffer.from(text));
  }

  async #write(role: VectorRole): Promise<void> {
    const { ids, values: parts } = this.#waiting[role];
    if (ids.length === 0) return;
    this.#waiting[role] = { ids: [], values: [] };
    const values = joined(parts, ids.length * this.#dimension);
    const { bytes } = vectorCodec.encode({ ids, dimension: this.#dimension, values });
    const number = this.#parts[role].length;
    const file = number === 0 ? `${role}.arrow` : `${role}-${number}.arrow`;
    await makeFolder(this.#folder);
    await writeWhole(join(this.#folder, file), bytes);
    this.#parts[role].push({ file, rows: ids.length, sha256: sha256Hex(bytes) });
  }
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.length === length) return only;
  const values = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}
