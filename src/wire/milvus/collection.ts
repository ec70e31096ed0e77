import { z } from 'zod';
import { MalformedReplyError, type WireReply } from '../dialect.ts';
import type { Engine } from '../engine/engine.ts';
import type { Distance } from '../operations.ts';
import { milvusCode, milvusData, post } from './reply.ts';

/** Names of distances. */
export const METRIC = { cosine: 'COSINE', dot: 'IP', euclidean: 'L2' } as const;
const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  COSINE: 'cosine',
  IP: 'dot',
  L2: 'euclidean',
};
/** The collection is not there. */
const NOT_FOUND = 100;

const param = z.object({ key: z.string(), value: z.unknown() });
const collectionData = z.object({
  fields: z.array(z.object({ name: z.string(), params: z.array(param).nullish() })),
});
/** A whole number, or its text, as 64 bits are written. */
const count = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const countData = z.array(z.object({ 'count(*)': count }));
const indexData = z.array(
  z.object({
    indexType: z.string(),
    metricType: z.string(),
    indexState: z.string().nullish(),
    totalRows: z.int().nullish(),
    indexedRows: z.int().nullish(),
    pendingRows: z.int().nullish(),
  }),
);

/** What an index says of itself; null without one. */
export function indexState(reply: WireReply) {
  const [index] = milvusData(indexData, reply);
  if (index === undefined) return null;
  const isReady = index.indexState === 'Finished' && (index.pendingRows ?? 0) === 0;
  return { ...index, isReady };
}

/** The collection, its count and its index. */
export function describeMilvus(
  vectorField: string,
  dbName: string | undefined,
): Engine['describe'] {
  return {
    path: '/v2/vectordb/collections/describe',
    encode: ({ name }) => [post('collections/describe', { dbName, collectionName: name })],
    next: ([collection, counted], { name: collectionName }) => {
      if (collection === undefined || milvusCode(collection) === NOT_FOUND) return [];
      if (counted !== undefined) return [];
      const outputFields = ['count(*)'];
      return [
        post('entities/query', {
          dbName,
          collectionName,
          filter: '',
          outputFields,
          consistencyLevel: 'Strong',
        }),
        post('indexes/describe', { dbName, collectionName, indexName: vectorField }),
      ];
    },
    decode: ([collection, counted, indexed], { distance }) => {
      if (collection === undefined) throw new MalformedReplyError('no reply');
      const none = { quantisation: null, serverVersion: null };
      if (counted === undefined || indexed === undefined) {
        if (milvusCode(collection) !== NOT_FOUND) milvusData(z.unknown(), collection);
        const absent = {
          exists: false,
          count: 0,
          indexedCount: null,
          dimension: null,
          index: null,
        };
        return { ...none, ...absent, distance, parameters: {}, handle: { exists: 'false' } };
      }
      const { fields } = milvusData(collectionData, collection);
      const field = fields.find(({ name }) => name === vectorField);
      const dimension = Number(field?.params?.find(({ key }) => key === 'dim')?.value);
      const index = indexState(indexed);
      const measured = DISTANCE_OF[index?.metricType ?? ''] ?? distance;
      return {
        ...none,
        count: milvusData(countData, counted)[0]?.['count(*)'] ?? null,
        indexedCount: index?.indexedRows ?? null,
        dimension: Number.isInteger(dimension) ? dimension : null,
        distance: measured,
        index: index?.indexType.toLowerCase() ?? null,
        quantisation: quantisationOf(index?.indexType ?? ''),
        parameters: index === null ? {} : { state: index.indexState ?? 'unknown' },
        handle: { exists: 'true', distance: measured },
      };
    },
  };
}

function quantisationOf(type: string): string {
  if (type.includes('SQ8')) return 'int8';
  return type.includes('PQ') || type.includes('RABITQ') ? type.toLowerCase() : 'none';
}
