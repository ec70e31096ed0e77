import { z } from 'zod';
import { MalformedReplyError, RejectedReplyError } from '../dialect.ts';
import type { Engine } from '../engine/engine.ts';
import { parseReply } from '../json/json-reply.ts';
import type { Distance } from '../operations.ts';

const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosine: 'cosine',
  dot: 'dot',
  'l2-squared': 'euclidean',
  manhattan: 'manhattan',
  hamming: 'hamming',
};
/** Objects of a class beyond which a dynamic index becomes a graph, unless it says otherwise. */
const DYNAMIC_THRESHOLD = 10_000;
const COMPRESSIONS = ['pq', 'bq', 'sq', 'rq'] as const;

const compression = z.object({ enabled: z.boolean().nullish() }).nullish();
const compressed = { pq: compression, bq: compression, sq: compression, rq: compression };
const classBody = z.object({
  vectorIndexType: z.string().nullish(),
  vectorIndexConfig: z
    .looseObject({
      distance: z.string().nullish(),
      ...compressed,
      // Of an index that is flat first, and a graph from so many objects on.
      threshold: z.int().nullish(),
      flat: z.object(compressed).nullish(),
      hnsw: z.object(compressed).nullish(),
    })
    .nullish(),
});
const countBody = z.object({
  errors: z.array(z.object({ message: z.string() })).nullish(),
  data: z
    .object({
      Aggregate: z.record(z.string(), z.array(z.object({ meta: z.object({ count: z.int() }) }))),
    })
    .nullish(),
});
const metaBody = z.object({ version: z.string() });

/** The class, its count, and the server's version. */
export const weaviateClass: Engine['describe'] = {
  path: '/v1/schema/{class}',
  encode: ({ name }) => [
    { method: 'GET', path: '/v1/meta' },
    { method: 'GET', path: `/v1/schema/${encodeURIComponent(name)}`, answers: [404] },
  ],
  next: ([, found, counted], { name }) =>
    found === undefined || found.status === 404 || counted !== undefined
      ? []
      : [
          {
            method: 'POST',
            path: '/v1/graphql',
            json: { query: `{Aggregate {${name} {meta {count}}}}` },
          },
        ],
  decode: ([meta, found, counted], { name, distance }) => {
    if (meta === undefined || found === undefined) throw new MalformedReplyError('no reply');
    const serverVersion = `Weaviate ${parseReply(metaBody, meta).version}`;
    const none = { indexedCount: null, dimension: null, quantisation: null, parameters: {} };
    if (counted === undefined) {
      const absent = { ...none, exists: false, count: 0, index: null, serverVersion };
      return { ...absent, distance, handle: { exists: 'false' } };
    }
    const { errors, data } = parseReply(countBody, counted);
    const [error] = errors ?? [];
    if (error !== undefined) throw new RejectedReplyError(error.message);
    const { vectorIndexType, vectorIndexConfig: config } = parseReply(classBody, found);
    const measured = DISTANCE_OF[config?.distance ?? 'cosine'] ?? distance;
    const count = data?.Aggregate[name]?.[0]?.meta.count ?? 0;
    const isYetFlat =
      vectorIndexType === 'dynamic' && count <= (config?.threshold ?? DYNAMIC_THRESHOLD);
    const inUse = vectorIndexType === 'dynamic' ? config?.[isYetFlat ? 'flat' : 'hnsw'] : config;
    const kept = [
      ...['ef', 'efConstruction', 'maxConnections', 'flatSearchCutoff', 'filterStrategy'],
      'threshold',
    ];
    return {
      ...none,
      count,
      ...(isYetFlat ? { indexedCount: 0 } : {}),
      distance: measured,
      index: vectorIndexType ?? 'hnsw',
      quantisation: COMPRESSIONS.find((each) => inUse?.[each]?.enabled === true) ?? 'none',
      parameters: Object.fromEntries(
        kept.flatMap((key) => {
          const value = config?.[key];
          return typeof value === 'number' || typeof value === 'string' ? [[key, value]] : [];
        }),
      ),
      serverVersion,
      handle: { exists: 'true', distance: measured },
    };
  },
};
