import { performance } from 'node:perf_hooks';
import { keyOf } from '../../../../src/corpus/document-key.ts';
import type { Filter, Metadata } from '../../../../src/corpus/types.ts';
import { InfrastructureError } from '../../../../src/errors.ts';
import type { Backend } from '../../../../src/wire/backend.ts';
import type { Outcome } from '../../../../src/wire/outcome.ts';
import type { StudiedCollection } from '../read-collection.ts';

/** Documents of one request. */
const BATCH = 500;

/** How a backend is searched. */
export interface SearchSetting {
  readonly k: number;
  readonly effort?: number;
  readonly exact?: boolean;
  readonly filter?: Filter;
}

/**
 * Puts a collection with its vectors into a backend, and answers the seconds until its index was built.
 * @param more further metadata of a document, by its id
 */
export async function fill(
  backend: Backend,
  { corpus, documents }: StudiedCollection,
  more: (id: string) => Metadata = () => ({}),
): Promise<number> {
  const begun = performance.now();
  let row = 0;
  for (const { name, documents: all } of corpus.collections) {
    for (let from = 0; from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH).map(({ id, text, metadata }) => {
        const start = row++ * documents.dimension;
        const vector = documents.values.slice(start, start + documents.dimension);
        return { id, text, metadata: { ...metadata, ...more(id) }, vector };
      });
      const isLast = from + BATCH >= all.length;
      answered(backend, await backend.ingest?.({ collection: name, documents: batch, isLast }));
    }
  }
  return (performance.now() - begun) / 1000;
}

/** Asks a filled backend for the keys of the nearest documents of a query, by its place. */
export function asker(
  backend: Backend,
  { corpus, queryVectors }: StudiedCollection,
  setting: SearchSetting,
): (query: number) => Promise<string[]> {
  const collection = corpus.collections[0]?.name ?? '';
  const { dimension, values } = queryVectors;
  return async (query) => {
    const vector = values.slice(query * dimension, (query + 1) * dimension);
    const outcome = await backend.search?.({ collection, vector, ...setting });
    return answered(backend, outcome).hits.map(({ id }) => keyOf(collection, id));
  };
}

/** Bytes of the index, as far as the backend says. */
export async function indexBytesOf(
  backend: Backend,
  { corpus }: StudiedCollection,
): Promise<number | null> {
  const collection = corpus.collections[0]?.name ?? '';
  return answered(backend, await backend.describe?.({ collection })).indexBytes ?? null;
}

/** What a backend says of its version, index and parameters, for the method of a study. */
export async function descriptionOf(
  backend: Backend,
  { corpus }: StudiedCollection,
): Promise<string> {
  const collection = corpus.collections[0]?.name ?? '';
  const { serverVersion, index, quantisation, parameters, indexBytes } = answered(
    backend,
    await backend.describe?.({ collection }),
  );
  const size = indexBytes ? [`${(indexBytes / 2 ** 20).toFixed(1)} MiB`] : [];
  const parts = [index ?? 'no index', `quantisation ${quantisation ?? 'unsaid'}`, ...size];
  return [serverVersion ?? backend.label, ...parts, ...shownParameters(parameters)].join(', ');
}

/** Parameters of an index, but for those that are told beside them. */
export function shownParameters(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parameters)
    .filter(([name]) => !['index', 'valid'].includes(name))
    .map(([name, value]) => `${name} ${value}`);
}

/** @throws InfrastructureError where an operation did not succeed: a study has no failed requests. */
function answered<Value>(backend: Backend, outcome: Outcome<Value> | undefined): Value {
  if (outcome?.kind === 'ok') return outcome.value;
  const detail = outcome !== undefined && 'detail' in outcome ? `: ${outcome.detail}` : '';
  throw new InfrastructureError(
    'study-backend',
    `${backend.label}: ${outcome?.kind ?? 'cannot do that'}${detail}`,
    { hint: 'see what the server says' },
  );
}
