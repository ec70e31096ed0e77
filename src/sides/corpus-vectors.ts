import { join } from 'node:path';
import { loadCorpus } from '../corpus/load.ts';
import { UsageError } from '../errors.ts';
import type { VectorTable } from '../record/types.ts';
import { openStoredVectors, readWholeTable } from '../record/vectors/stored-vectors.ts';
import { VECTORS_FOLDER } from '../record/vectors/vector-index.ts';
import type { Backend } from '../wire/backend.ts';
import { capabilitiesOf } from '../wire/capabilities.ts';
import { unsupported } from '../wire/outcome.ts';
import { withStandIns } from './stand-ins.ts';

/**
 * A backend that only embeds: each text of a corpus becomes the vector that the corpus carries for it, as imported
 * from ann-benchmarks, fvecs or Parquet. Any other text is `unsupported`. All vectors are held in memory.
 * @throws UsageError for a corpus without vectors, and where one text has two different vectors.
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
  const documents = await readWholeTable(stored.documents);
  const documentRows = rowsOf(documents);
  for (const { name, documents: all } of corpus.collections) {
    for (const { id, text } of all) {
      const key = `${name}/${id}`;
      add(documents, key, text, documentRows.get(key));
    }
  }
  const queries = await readWholeTable(stored.queries);
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

function rowsOf(table: VectorTable): ReadonlyMap<string, number> {
  return new Map(table.ids.map((id, row) => [id, row]));
}

function answered<Value>(value: Value) {
  const nowMs = performance.now();
  const timing = { startedMs: nowMs, endedMs: nowMs };
  return { kind: 'ok' as const, value, status: null, sizeBytes: 0, timing };
}
