import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Collection, Document } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { PlantedFaults } from './faults/apply.ts';
import { collectionName } from './fields.ts';

const TEXTS_PER_BATCH = 64;

/**
 * Embeds every collection in batches and hands it on; the event loop turns between batches.
 * @throws UsageError where a collection's name cannot be the name of an index.
 */
export async function loadCollections(
  collections: readonly Collection[],
  planted: PlantedFaults,
  add: (
    name: string,
    documents: readonly Document[],
    vectors: readonly Float32Array[],
  ) => Promise<void>,
  onEmbedded: (texts: number) => void = () => {},
): Promise<void> {
  let count = 0;
  for (const collection of collections) {
    if (!collectionName.safeParse(collection.name).success) {
      throw new UsageError(
        'collection-name',
        `collection ${JSON.stringify(collection.name)} is no index name of the embedded gateways`,
        { hint: 'use 1 to 63 bytes without control characters' },
      );
    }
    const documents = planted.documents(collection.name, collection.documents);
    const embedded = planted.embedded(collection.name, documents);
    const vectors: Float32Array[] = [];
    for (let from = 0; from < documents.length; from += TEXTS_PER_BATCH) {
      const texts = embedded.slice(from, from + TEXTS_PER_BATCH).map(({ text }) => text);
      vectors.push(...(await planted.embed(texts, 'document')));
      count += texts.length;
      onEmbedded(count);
      await nextTurn();
    }
    await add(collection.name, documents, vectors);
  }
}
