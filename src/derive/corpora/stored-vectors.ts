import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { isErrno } from '../../record/files/errno.ts';
import { sha256Hex, writeWhole } from '../../record/files/write-whole.ts';
import { decodeVectors, encodeVectors } from '../../record/tables/vector-table.ts';
import type { VectorTable } from '../../record/types.ts';

/** Folder of a corpus that holds its vectors. */
export const VECTORS_FOLDER = 'vectors';
const INDEX_FILE = 'vectors.json';

/** Values of one file: 128 MiB. What is in memory while a corpus is imported is a few times that. */
const VALUES_PER_FILE = 1 << 25;

const partSchema = z.strictObject({
  file: z.string().regex(/^[a-z0-9-]+\.arrow$/),
  rows: z.int().positive(),
  sha256: z.string(),
});
const indexSchema = z.strictObject({
  version: z.literal(1),
  dimension: z.int().positive(),
  /** What made the vectors. */
  source: z.string(),
  documents: z.array(partSchema),
  queries: z.array(partSchema),
});

type Index = z.infer<typeof indexSchema>;
type Part = z.infer<typeof partSchema>;

/** Which of the two tables. */
export type VectorRole = 'documents' | 'queries';

/** Vectors of a corpus as they are stored; ids of documents are `collection/id`. */
export interface StoredVectors {
  readonly source: string;
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  /** Hashes that the index promises and those that were found, a file each. */
  readonly hashes: readonly {
    readonly name: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

/**
 * Writes tables of vectors as Arrow files of bounded size (`documents.arrow`, and `documents-1.arrow` …
 * where one is not enough) and, at the end, the index that names them with rows and sha256.
 */
export class VectorWriter {
  readonly #folder: string;
  readonly #parts: Record<VectorRole, Part[]> = { documents: [], queries: [] };
  readonly #waiting: Record<VectorRole, { ids: string[]; values: Float32Array[] }> = {
    documents: { ids: [], values: [] },
    queries: { ids: [], values: [] },
  };
  #dimension = 0;

  constructor(folder: string) {
    this.#folder = folder;
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
    if (waiting.ids.length * dimension >= VALUES_PER_FILE) await this.#write(role);
  }

  /** Writes what waits and the index; without any vectors nothing is written. */
  async end(source: string): Promise<void> {
    await this.#write('documents');
    await this.#write('queries');
    if (this.#dimension === 0) return;
    const index: Index = {
      version: 1,
      dimension: this.#dimension,
      source,
      documents: this.#parts.documents,
      queries: this.#parts.queries,
    };
    const text = `${JSON.stringify(index, null, 2)}\n`;
    await writeWhole(join(this.#folder, INDEX_FILE), Buffer.from(text));
  }

  async #write(role: VectorRole): Promise<void> {
    const { ids, values: parts } = this.#waiting[role];
    if (ids.length === 0) return;
    this.#waiting[role] = { ids: [], values: [] };
    const values = joined(parts, ids.length * this.#dimension);
    const bytes = encodeVectors({ ids, dimension: this.#dimension, values });
    const number = this.#parts[role].length;
    const file = number === 0 ? `${role}.arrow` : `${role}-${number}.arrow`;
    await mkdir(this.#folder, { recursive: true });
    await writeWhole(join(this.#folder, file), bytes);
    this.#parts[role].push({ file, rows: ids.length, sha256: sha256Hex(bytes) });
  }
}

/**
 * Reads the vectors of a folder back.
 * @returns null where there is no index
 * @throws UsageError for a file that is missing or cannot be read; a hash that differs is reported in `hashes`
 */
export async function readStoredVectors(folder: string): Promise<StoredVectors | null> {
  const index = await readIndex(folder);
  if (index === null) return null;
  const hashes: StoredVectors['hashes'][number][] = [];
  const table = async (role: VectorRole): Promise<VectorTable> => {
    const rows = index[role].reduce((sum, part) => sum + part.rows, 0);
    const ids: string[] = [];
    // Grown as files prove to be there, not by what the index claims.
    const parts: Float32Array[] = [];
    for (const { file, rows: expectedRows, sha256 } of index[role]) {
      const path = join(folder, file);
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw damaged(path, cause instanceof Error ? cause.message : String(cause));
      });
      const name = `${basename(folder)}/${file}`;
      hashes.push({
        name,
        expected: sha256,
        actual: createHash('sha256').update(bytes).digest('hex'),
      });
      const part = decoded(path, bytes, expectedRows);
      if (part.dimension !== index.dimension) {
        throw damaged(path, `${part.dimension} dimensions, the index says ${index.dimension}`);
      }
      for (const id of part.ids) ids.push(id);
      parts.push(part.values);
    }
    return { ids, dimension: index.dimension, values: joined(parts, rows * index.dimension) };
  };
  const documents = await table('documents');
  const queries = await table('queries');
  return { source: index.source, documents, queries, hashes };
}

async function readIndex(folder: string): Promise<Index | null> {
  const path = join(folder, INDEX_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw damaged(path, String(error));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, 'malformed JSON');
  }
  const parsed = indexSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(path, `${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message ?? 'invalid'}`);
}

function decoded(path: string, bytes: Uint8Array, rows: number): VectorTable {
  try {
    return decodeVectors(bytes, rows);
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '');
  }
}

function damaged(path: string, what: string): UsageError {
  return new UsageError('stored-vectors', `${path}: ${what}`, {
    hint: 'import the corpus again, or embed it again with bench truth --encoder',
    context: { file: path },
  });
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
