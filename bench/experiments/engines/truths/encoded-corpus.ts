import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chosen } from '../../../../src/collections/chosen.ts';
import { textsOf } from '../../../../src/corpus/document-key.ts';
import type { Corpus, Query } from '../../../../src/corpus/types.ts';
import type { Encoder } from '../../../../src/embed/types.ts';
import { writeLines } from '../../../../src/record/files/write-lines.ts';
import type { VectorTable } from '../../../../src/record/types.ts';
import { VECTORS_FOLDER } from '../../../../src/record/vectors/vector-index.ts';
import { VectorWriter } from '../../../../src/record/vectors/vector-writer.ts';
import { embeddedTable } from '../../embedded-table.ts';

/** A collection with the vectors of an encoder. */
export interface EncodedCollection {
  readonly corpus: Corpus;
  readonly documents: VectorTable;
  readonly encoder: Encoder;
}

/** Embeds all documents of a collection. */
export async function encodedCollection(
  corpus: Corpus,
  encoder: Encoder,
): Promise<EncodedCollection> {
  const documents = await embeddedTable(encoder, textsOf(corpus.collections), 'document');
  return { corpus, documents, encoder };
}

/**
 * Writes a corpus folder of its own: all documents, those queries that are wanted, and the vectors of both. Beside it,
 * `documents.f32` and `queries.f32` hold the same vectors as bare float32 rows, for readers of another kind.
 * @returns the queries, drawn by the sha256 of their ids
 */
export async function writeEncoded(
  { corpus, documents, encoder }: EncodedCollection,
  folder: string,
  wanted: { readonly name: string; readonly count: number; readonly of: (query: Query) => boolean },
): Promise<readonly Query[]> {
  const [collection] = corpus.collections;
  if (collection === undefined) throw new RangeError(`${corpus.folder} has no collection`);
  const texts = new Set(collection.documents.map(({ text }) => text));
  // A text has one vector, and documents and queries may have prefixes of their own.
  const queries = chosen(
    corpus.queries.filter((query) => wanted.of(query) && !texts.has(query.text)),
    wanted.count,
    ({ id }) => id,
  );
  const vectors = await embeddedTable(encoder, queries, 'query');
  await mkdir(folder, { recursive: true });
  const file = `${collection.name}.jsonl`;
  await writeLines(join(folder, file), collection.documents.map(lineOf));
  await writeLines(join(folder, 'queries.jsonl'), queries.map(lineOf));
  await writeFile(join(folder, 'judgments.tsv'), '');
  const manifest = {
    version: 1,
    name: wanted.name,
    collections: [{ name: collection.name, file }],
    queries: { file: 'queries.jsonl' },
    judgments: { file: 'judgments.tsv' },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const writer = new VectorWriter(join(folder, VECTORS_FOLDER));
  await writer.add('documents', documents.ids, documents.dimension, documents.values);
  await writer.add('queries', vectors.ids, vectors.dimension, vectors.values);
  await writer.end(encoder.name);
  await writeFile(join(folder, 'documents.f32'), documents.values);
  await writeFile(join(folder, 'queries.f32'), vectors.values);
  return queries;
}

function lineOf(row: object): string {
  return JSON.stringify(row);
}
