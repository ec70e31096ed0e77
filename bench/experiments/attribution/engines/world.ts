import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttributionQuery } from '../../../../src/attribution/types.ts';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { textsOf } from '../../../../src/corpus/document-key.ts';
import { loadCorpus } from '../../../../src/corpus/load.ts';
import { loadEncoder } from '../../../../src/embed/encoder.ts';
import { unitLength } from '../../../../src/embed/pooling.ts';
import type { VectorTable } from '../../../../src/record/types.ts';
import { embeddedTable } from '../../embedded-table.ts';
import type { Asked } from './record-side.ts';

/** Queries whose disagreement is taken apart, as a run samples them. */
const SAMPLED = 200;

/**
 * A generated corpus of workers and its vectors from the shipped encoder, as what a side is asked.
 * @param cache folder in which the vectors are kept from one run of a script to the next
 */
export async function workersWorld(folder: string, cache: string): Promise<Asked> {
  const corpus = await loadCorpus(folder);
  const collection = corpus.collections.find(({ name }) => name === 'workers');
  if (collection === undefined) throw new Error(`${folder} has no workers`);
  const queries = corpus.queries.filter(({ collections }) => String(collections) === 'workers');
  const list = queries.map(
    ({ id, text, collections, filter }): AttributionQuery => ({
      id,
      text,
      collections,
      filter: filter ?? null,
      weight: 1,
      noise: { incumbent: null, candidate: null },
    }),
  );
  const documents = textsOf([collection]);
  const step = list.length / SAMPLED;
  return {
    k: 10,
    kPrime: 50,
    collection,
    documents: await embedded(join(cache, 'documents.bin'), documents, 'document'),
    queries: await embedded(join(cache, 'queries.bin'), queries, 'query'),
    list,
    sampled: new Set(
      Array.from({ length: SAMPLED }, (_, at) => list[Math.floor(at * step)]?.id ?? ''),
    ),
    census: documents.map((_, row) => row),
  };
}

async function embedded(
  file: string,
  texts: readonly { readonly id: string; readonly text: string }[],
  kind: 'document' | 'query',
): Promise<VectorTable> {
  const kept = await readFile(file).catch(() => null);
  if (kept !== null) {
    const values = new Float32Array(kept.buffer, kept.byteOffset, kept.byteLength / 4);
    const ids = texts.map(({ id }) => id);
    return { ids, dimension: values.length / ids.length, values };
  }
  const encoder = await loadEncoder(join(packageRoot(), 'corpora', 'encoder'));
  const table = await embeddedTable(encoder, texts, kind);
  const { dimension, values } = table;
  for (let from = 0; from < values.length; from += dimension) {
    values.set(unitLength(values.subarray(from, from + dimension)), from);
  }
  await encoder.close();
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, values);
  return table;
}
