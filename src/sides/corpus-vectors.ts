import { join } from 'node:path';
import { loadCorpus } from '../corpus/load.ts';
import { UsageError } from '../errors.ts';
import type { VectorTable } from '../record/types.ts';
import {
  openStoredVectors,
  readWholeTable,
  type StoredTable,
} from '../record/vectors/stored-vectors.ts';
import type { VectorBlocks } from '../record/vectors/vector-blocks.ts';
import { VECTORS_FOLDER, VECTORS_INDEX } from '../record/vectors/vector-index.ts';
import type { Backend } from '../wire/backend.ts';
import { capabilitiesOf } from '../wire/capabilities.ts';
import { unsupported } from '../wire/outcome.ts';
import { withStandIns } from './stand-ins.ts';

/**
 * A backend that only embeds: each text of a corpus becomes the vector that the corpus carries for it, as imported
 * from ann-benchmarks, fvecs or Parquet. Any other text is `unsupported`. All vectors are held in memory.
 * @throws UsageError for a corpus without vectors, where one text has two different vectors, and for files of vectors
 * that are others than the corpus names, or have a row twice.
 */
export async function corpusVectors(folder: string): Promise<Backend> {
  const corpus = withStandIns(await loadCorpus(folder));
  const stored = await openStoredVectors(join(corpus.folder, VECTORS_FOLDER));
  if (stored === null) {
    throw new UsageError('corpus-vectors', `${corpus.folder} carries no vectors`, {
      hint: 'import a corpus that has them, or name an embedder: --embed onnx:FOLDER',
    });
  }
  const byText = new Map<string, Float32Array>();
  const add = (table: VectorTable, id: string, text: string, row: number | undefined): void => {
    if (row === undefined) return;
    const vector = table.values.subarray(row * table.dimension, (row + 1) * table.dimension);
    const before = byText.get(text);
    if (before?.some((value, i) => value !== vector[i])) {
      throw new UsageError('corpus-vectors', `${id}: its text has another vector elsewhere`, {
        hint: 'vectors are found by their text: each text needs one vector',
        context: { id },
      });
    }
    byText.set(text, vector);
  };
  const documents = await readWholeTable(pinned(stored.documents));
  const documentRows = rowsOf(documents);
  for (const { name, documents: all } of corpus.collections) {
    for (const { id, text } of all) {
      const key = `${name}/${id}`;
      add(documents, key, text, documentRows.get(key));
    }
  }
  const queries = await readWholeTable(pinned(stored.queries));
  const queryRows = rowsOf(queries);
  for (const { id, text } of corpus.queries) add(queries, id, text, queryRows.get(id));
  const model = stored.source;
  return {
    label: `vectors of ${corpus.name}`,
    fingerprint: `corpus-vectors@1 ${model}`,
    capabilities: capabilitiesOf({ operations: { health: 'vectors', embed: 'vectors' } }),
    known: (text) => byText.get(text) ?? null,
    health: async () => answered({ service: 'corpus', version: corpus.name }),
    embed: async ({ texts }) => {
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        const vector = byText.get(text);
        if (vector === undefined) return unsupported('a text that the corpus has no vector for');
        vectors.push(vector);
      }
      return answered({ vectors, dimension: documents.dimension, model });
    },
    close: async () => {},
  };
}

/** The same table, whose files must have the sha256 that the index of the vectors promises. */
function pinned(table: StoredTable): VectorBlocks {
  const blocks = table.blocks.map((block) => ({
    rowCount: block.rowCount,
    read: async () => {
      const { table: rows, sha256 } = await block.readHashed();
      if (sha256 === block.sha256) return rows;
      throw new UsageError(
        'corpus-vectors',
        `${block.name}: its sha256 is ${sha256}, and ${VECTORS_INDEX} says ${block.sha256}`,
        { hint: 'the file was changed or exchanged: import the corpus again' },
      );
    },
  }));
  return { ...table, blocks };
}

function rowsOf(table: VectorTable): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const [row, id] of table.ids.entries()) {
    if (rows.has(id)) {
      throw new UsageError('corpus-vectors', `${id}: the corpus has two vectors for it`, {
        hint: 'import the corpus again: each row has one vector',
        context: { id },
      });
    }
    rows.set(id, row);
  }
  return rows;
}

function answered<Value>(value: Value) {
  const nowMs = performance.now();
  const timing = { startedMs: nowMs, endedMs: nowMs };
  return { kind: 'ok' as const, value, status: null, sizeBytes: 0, timing };
}
