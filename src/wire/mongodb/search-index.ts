import type { Collection } from 'mongodb';
import { MalformedReplyError } from '../dialect.ts';
import { boundedRows } from './bounded-rows.ts';
import { isPathName, type MongodbCollection, metadataPath } from './options.ts';

/** What the server says of a vector search index. */
export interface SearchIndex {
  /** E.g. `READY`, `PENDING`, `BUILDING`, `STALE`, `FAILED`, `DELETING`. */
  readonly status: string;
  readonly isQueryable: boolean;
  readonly dimension: number;
  readonly distance: MongodbCollection['distance'];
  readonly quantisation: string;
  readonly method: string;
  readonly maxEdges: number | null;
  readonly numEdgeCandidates: number | null;
  /** Paths that a filter may name. */
  readonly filters: readonly string[];
}

/** Of a vector; a query of so many is made to count rows. MongoDB takes 8,192. */
const MOST_DIMENSIONS = 65_536;

/** Names of metadata in use; an index of so many filters is none. */
const MOST_FIELDS = 10_000;

const DISTANCE = { cosine: 'cosine', dotProduct: 'dot', euclidean: 'euclidean' } as const;
const SIMILARITY = { cosine: 'cosine', dot: 'dotProduct', euclidean: 'euclidean' } as const;

/** The index that searches name; null where there is none of that name. */
export async function findSearchIndex(
  collection: Collection,
  { index, vectorField }: MongodbCollection,
  signal: AbortSignal,
): Promise<SearchIndex | null> {
  const found = await boundedRows(collection.listSearchIndexes(index, { signal } as object), 1);
  const [entry] = found as readonly object[] as readonly ListedIndex[];
  if (entry === undefined) return null;
  const fields = entry.latestDefinition?.fields ?? [];
  const vector = fields.find(({ type, path }) => type === 'vector' && path === vectorField);
  const distance = DISTANCE[vector?.similarity as keyof typeof DISTANCE];
  if (vector === undefined || distance === undefined) {
    throw new MalformedReplyError(`search index ${index} has no vector field ${vectorField}`);
  }
  const dimension = Number(vector.numDimensions);
  if (!(Number.isInteger(dimension) && dimension > 0 && dimension <= MOST_DIMENSIONS)) {
    throw new MalformedReplyError(`search index ${index} has vectors of ${dimension} dimensions`);
  }
  return {
    status: String(entry.status),
    isQueryable: entry.queryable === true,
    dimension,
    distance,
    quantisation: vector.quantization ?? 'none',
    method: vector.indexingMethod ?? 'hnsw',
    maxEdges: vector.hnswOptions?.maxEdges ?? null,
    numEdgeCandidates: vector.hnswOptions?.numEdgeCandidates ?? null,
    filters: fields.flatMap(({ type, path }) => (type === 'filter' ? [String(path)] : [])),
  };
}

interface ListedIndex {
  readonly status?: unknown;
  readonly queryable?: unknown;
  readonly latestDefinition?: {
    readonly fields?: readonly {
      readonly type?: string;
      readonly path?: string;
      readonly numDimensions?: number;
      readonly similarity?: string;
      readonly quantization?: string;
      readonly indexingMethod?: string;
      readonly hnswOptions?: { readonly maxEdges?: number; readonly numEdgeCandidates?: number };
    }[];
  };
}

/** Asks for an index over the vectors, and over every field of the metadata that a filter can name. */
export async function makeSearchIndex(
  collection: Collection,
  options: MongodbCollection,
  dimension: number,
): Promise<void> {
  const { index, vectorField, distance, quantisation, method, m, efConstruction } = options;
  const hnswOptions = {
    ...(m === undefined ? {} : { maxEdges: m }),
    ...(efConstruction === undefined ? {} : { numEdgeCandidates: efConstruction }),
  };
  const fields = await metadataFields(collection, options);
  await collection.createSearchIndex({
    name: index,
    type: 'vectorSearch',
    definition: {
      fields: [
        {
          type: 'vector',
          path: vectorField,
          numDimensions: dimension,
          similarity: SIMILARITY[distance],
          ...(quantisation === 'none' ? {} : { quantization: quantisation }),
          ...(method === 'hnsw' ? {} : { indexingMethod: method }),
          ...(Object.keys(hnswOptions).length === 0 ? {} : { hnswOptions }),
        },
        ...fields.map((field) => ({ type: 'filter', path: metadataPath(options, field) })),
      ],
    },
  });
}

/** Names of metadata in use, found by the server: documents may have come in by several requests. */
async function metadataFields(
  collection: Collection,
  { metadataField, idField, vectorField }: MongodbCollection,
): Promise<string[]> {
  const whole = metadataField === '' ? '$$ROOT' : `$${metadataField}`;
  const cursor = collection.aggregate([
    { $project: { _id: 0, entry: { $objectToArray: whole } } },
    { $unwind: '$entry' },
    { $group: { _id: '$entry.k' } },
  ]);
  const rows = await boundedRows(cursor, MOST_FIELDS);
  const own = new Set(metadataField === '' ? ['_id', idField, vectorField] : []);
  return rows
    .map(({ _id }) => String(_id))
    .filter((field) => isPathName(field) && !own.has(field))
    .toSorted();
}
