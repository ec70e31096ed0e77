import { z } from 'zod';
import {
  type Dialect,
  MalformedReplyError,
  RejectedReplyError,
  type WireReply,
  type WireRequest,
} from '../dialect.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { bearer, engineOfUrl } from '../engine/of-url.ts';
import { lookUntil } from '../engine/ready.ts';
import { metadataWith, uuidOf, vectorOf, vectorRows, withoutField } from '../engine/rows.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { inShape, onlyReply, parseReply } from '../json/json-reply.ts';
import { queryText } from '../json/object-key.ts';
import { weaviateClass } from './class.ts';
import { weaviateFilter } from './filter.ts';

/** How Weaviate's collections are searched, and how `ingest` makes them. */
export interface WeaviateOptions extends EngineOptions {
  /** `ef` of collections that `ingest` makes: Weaviate has none by request. */
  readonly ef?: number;
  readonly efConstruction?: number;
  readonly maxConnections?: number;
  /** Index of collections that `ingest` makes; `flat` compares with every vector. */
  readonly index?: 'hnsw' | 'flat';
}

const graphqlBody = z.object({
  errors: z.array(z.object({ message: z.string() })).nullish(),
  data: z.object({ Get: z.record(z.string(), z.array(z.unknown())) }).nullish(),
});
const rowBody = z.looseObject({ _additional: z.object({ id: z.string(), distance: z.number() }) });
const objectsBody = z.object({
  objects: z.array(
    z.object({
      id: z.string(),
      properties: z.record(z.string(), z.unknown()).nullish(),
      vector: z.unknown().optional(),
    }),
  ),
});
const batchBody = z.array(
  z.object({ id: z.string(), result: z.object({ status: z.string().nullish() }).nullish() }),
);
const nodesBody = z.object({
  // A class lies on one node at least: without any, nothing is known of its queue.
  nodes: z
    .array(
      z.object({ shards: z.array(z.object({ vectorQueueLength: z.int().nullish() })).nullish() }),
    )
    .min(1),
});
const metaBody = z.object({ version: z.string() });

/** Weaviate ≥ 1.24, over GraphQL and REST. Objects keep the id of the corpus as a property, since ids there are UUIDs. */
export function weaviate(options: WeaviateOptions = {}): Dialect {
  const { idField = 'document_id' } = options;
  const engine: Engine = {
    name: 'weaviate',
    mapping: 1,
    options,
    takes: { exact: 'collection', effort: null },
    maxK: 10_000,
    similarity: {
      cosine: (rawScore) => 1 - rawScore,
      dot: (rawScore) => -rawScore,
      euclidean: (rawScore) => -Math.sqrt(rawScore),
      manhattan: (rawScore) => -rawScore,
      hamming: (rawScore) => -rawScore,
    },
    // The name of a class begins with a capital letter.
    nameOf: (collection) => collection.slice(0, 1).toUpperCase() + collection.slice(1),
    health: {
      path: '/v1/meta',
      encode: () => [{ method: 'GET', path: '/v1/meta' }],
      decode: (replies) => ({
        service: 'weaviate',
        version: parseReply(metaBody, onlyReply(replies)).version,
      }),
    },
    describe: weaviateClass,
    search: {
      path: '/v1/graphql',
      encode: ({ name }, { vector, k, filter }) => {
        const where = filter === null ? '' : `, where: ${weaviateFilter(filter)}`;
        const near = `nearVector: {vector: [${vector.join(', ')}]}`;
        const query = `{Get {${name}(limit: ${k}, ${near}${where}) {${idField} _additional {id distance}}}}`;
        return { method: 'POST', path: '/v1/graphql', json: { query } };
      },
      decode: (reply, { name }) => {
        const { errors, data } = parseReply(graphqlBody, reply);
        const [error] = errors ?? [];
        if (error !== undefined) throw new RejectedReplyError(error.message);
        const rows = data?.Get[name];
        if (rows === undefined) throw new MalformedReplyError(`data.Get.${name}: no rows`);
        return rows.map((value) => {
          const row = inShape(rowBody, value);
          return {
            id: idText(row[idField] ?? row._additional.id, idField),
            rawScore: row._additional.distance,
          };
        });
      },
    },
    list: {
      path: '/v1/objects',
      encode: ({ name }, { limit, cursor, vectors }) => {
        const include = vectors ? 'vector' : undefined;
        const asked = queryText({ class: name, limit, after: cursor, include });
        return [{ method: 'GET', path: `/v1/objects${asked}` }];
      },
      decode: (replies, _place, { limit, vectors }) => {
        const { objects } = parseReply(objectsBody, onlyReply(replies));
        const documents = objects.map((object, row) => {
          const all = toMetadata(object.properties) ?? {};
          return {
            id: idText(object.properties?.[idField] ?? object.id, `objects[${row}].${idField}`),
            metadata: withoutField(all, idField) ?? {},
            ...(vectors ? { vector: vectorOf(object.vector, `objects[${row}].vector`) } : {}),
          };
        });
        return { documents, cursor: objects.length < limit ? null : (objects.at(-1)?.id ?? null) };
      },
    },
    ingest: {
      path: '/v1/batch/objects',
      encode: ({ name, handle, distance }, request) => {
        const objects = vectorRows(request).map(({ id, vector, metadata }) => ({
          class: name,
          id: uuidOf(id),
          properties: { ...metadataWith(metadata), [idField]: id },
          vector,
        }));
        const { ef, efConstruction, maxConnections, index = 'hnsw' } = options;
        const graph = index === 'flat' ? {} : { ef, efConstruction, maxConnections };
        const make: WireRequest = {
          method: 'POST',
          path: '/v1/schema',
          json: {
            class: name,
            vectorizer: 'none',
            vectorIndexType: index,
            vectorIndexConfig: { distance: WEAVIATE_DISTANCE[distance], ...graph },
          },
        };
        const fill: WireRequest = { method: 'POST', path: '/v1/batch/objects', json: { objects } };
        return handle.exists === 'false' ? [make, fill] : [fill];
      },
      next: (replies, { name, handle }, { isLast = false }) => {
        if (!isLast) return [];
        const looks = replies.slice(handle.exists === 'false' ? 2 : 1);
        const path = `/v1/nodes/${name}?output=verbose`;
        return lookUntil(looks, { method: 'GET', path }, isQueueEmpty);
      },
      decode: (replies, { handle }, { documents }) => {
        const filled = replies[handle.exists === 'false' ? 1 : 0];
        const results = parseReply(batchBody, onlyReply(filled === undefined ? [] : [filled]));
        const at = results.findIndex(({ result }) => result?.status === 'FAILED');
        if (at !== -1) throw new RejectedReplyError(`document ${documents[at]?.id} was refused`);
        return { accepted: results.length };
      },
    },
  };
  return vectorDialect(engine);
}

const WEAVIATE_DISTANCE = {
  cosine: 'cosine',
  dot: 'dot',
  euclidean: 'l2-squared',
  manhattan: 'manhattan',
  hamming: 'hamming',
} as const;

function isQueueEmpty(reply: WireReply): boolean {
  const shards = parseReply(nodesBody, reply).nodes.flatMap((node) => node.shards ?? []);
  return shards.every(({ vectorQueueLength }) => (vectorQueueLength ?? 0) === 0);
}

/** `weaviate://host:8080/CLASS?…`; the key is in WEAVIATE_API_KEY. */
export const weaviateOfUrl = engineOfUrl<WeaviateOptions>({
  port: 8080,
  key: 'WEAVIATE_API_KEY',
  header: bearer,
  own: ({ whole, oneOf }) => ({
    ef: whole('ef'),
    efConstruction: whole('ef_construction'),
    maxConnections: whole('max_connections'),
    index: oneOf('index', ['hnsw', 'flat']),
  }),
  dialect: weaviate,
});
