import { z } from 'zod';
import { type Dialect, MalformedReplyError, type WireRequest } from '../dialect.ts';
import { dollarFilter } from '../engine/dollar-filter.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { engineOfUrl, keyHeader } from '../engine/of-url.ts';
import { metadataWith, vectorOf, vectorRows } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { inShape, jsonOf, onlyReply, parseReply } from '../json/json-reply.ts';
import { queryText } from '../json/object-key.ts';
import type { Distance } from '../operations.ts';

/** A namespace of one Pinecone index; its distance is that of the index. */
export type PineconeOptions = Omit<EngineOptions, 'idField'>;

const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosine: 'cosine',
  dotproduct: 'dot',
  euclidean: 'euclidean',
};
/** Vectors of one request: 2 MB at most, and 1,000. */
const BATCH = 64;
const LONGEST_PAGE = 100;

const statsBody = z.object({
  namespaces: z.record(z.string(), z.object({ vectorCount: z.int() })).nullish(),
  dimension: z.int().nullish(),
  metric: z.string().nullish(),
});
const queryBody = z.object({ matches: z.array(z.object({ id: z.string(), score: z.number() })) });
const listBody = z.object({
  vectors: z.array(z.object({ id: z.string() })).nullish(),
  pagination: z.object({ next: z.string() }).nullish(),
});
const fetchBody = z.object({
  vectors: z.record(
    z.string(),
    z.object({ values: z.unknown(), metadata: z.unknown().optional() }),
  ),
});
const STATS: WireRequest = { method: 'POST', path: '/describe_index_stats', json: {} };

/** Pinecone's data plane at the host of one index; a collection is a namespace. */
export function pinecone(options: PineconeOptions = {}): Dialect {
  const engine: Engine = {
    name: 'pinecone',
    mapping: 1,
    options,
    takes: { exact: 'none', effort: null },
    maxK: 10_000,
    similarity: SCORES.plainSquared,
    health: {
      path: '/describe_index_stats',
      encode: () => [STATS],
      decode: (replies) => {
        parseReply(statsBody, onlyReply(replies));
        return { service: 'pinecone', version: null };
      },
    },
    describe: {
      path: '/describe_index_stats',
      encode: () => [STATS],
      decode: (replies, { name, distance }) => {
        const { namespaces, dimension, metric } = parseReply(statsBody, onlyReply(replies));
        const count = namespaces?.[name]?.vectorCount;
        const measured = DISTANCE_OF[metric ?? ''] ?? distance;
        return {
          ...(count === undefined ? { exists: false } : {}),
          count: count ?? 0,
          indexedCount: null,
          dimension: dimension ?? null,
          distance: measured,
          index: null,
          quantisation: null,
          parameters: {},
          serverVersion: null,
          handle: { distance: measured },
        };
      },
    },
    search: {
      path: '/query',
      encode: ({ name: namespace }, { vector, k, filter }) => ({
        method: 'POST',
        path: '/query',
        json: {
          namespace,
          vector: Array.from(vector),
          topK: k,
          filter: filter === null ? undefined : dollarFilter(filter),
          includeValues: false,
          includeMetadata: false,
        },
      }),
      decode: (reply) =>
        parseReply(queryBody, reply).matches.map(({ id, score }) => ({ id, rawScore: score })),
    },
    list: {
      path: '/vectors/list',
      encode: ({ name: namespace }, { limit, cursor }) => {
        const size = Math.min(limit, LONGEST_PAGE);
        const asked = queryText({ namespace, limit: size, paginationToken: cursor });
        return [{ method: 'GET', path: `/vectors/list${asked}` }];
      },
      next: ([listed, fetched], { name: namespace }) => {
        const ids = listed === undefined ? [] : idsOf(jsonOf(listed));
        if (fetched !== undefined || ids.length === 0) return [];
        const each = ids.map((id) => `ids=${encodeURIComponent(id)}&`).join('');
        const path = `/vectors/fetch?${each}namespace=${encodeURIComponent(namespace)}`;
        return [{ method: 'GET', path }];
      },
      decode: ([listed, fetched], _place, { vectors }) => {
        const page = parseReply(listBody, onlyReply(listed === undefined ? [] : [listed]));
        const found = fetched === undefined ? {} : parseReply(fetchBody, fetched).vectors;
        const documents = idsOf(page).map((id) => {
          const row = Object.hasOwn(found, id) ? found[id] : undefined;
          if (row === undefined) throw new MalformedReplyError(`vectors.${id}: got nothing`);
          return {
            id,
            metadata: toMetadata(row.metadata ?? {}) ?? {},
            ...(vectors ? { vector: vectorOf(row.values, `vectors.${id}.values`) } : {}),
          };
        });
        return { documents, cursor: page.pagination?.next ?? null };
      },
    },
    ingest: {
      path: '/vectors/upsert',
      encode: ({ name: namespace }, request) => {
        const rows = vectorRows(request).map(({ id, vector: values, metadata }) => ({
          id,
          values,
          metadata: metadataWith(metadata),
        }));
        return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, batch) => ({
          method: 'POST',
          path: '/vectors/upsert',
          json: { namespace, vectors: rows.slice(batch * BATCH, (batch + 1) * BATCH) },
        }));
      },
      decode: (replies) => {
        const taken = z.object({ upsertedCount: z.int() });
        const counts = replies.map((reply) => parseReply(taken, reply).upsertedCount);
        return { accepted: counts.reduce((sum, count) => sum + count, 0) };
      },
    },
  };
  return vectorDialect(engine);
}

function idsOf(page: unknown): string[] {
  return (inShape(listBody, page).vectors ?? []).map(({ id }) => id);
}

/** `pinecone://INDEX-HOST/NAMESPACE?…`; the key is in PINECONE_API_KEY. */
export const pineconeOfUrl = engineOfUrl<PineconeOptions>({
  port: 443,
  ownIds: true,
  tls: true,
  key: 'PINECONE_API_KEY',
  header: keyHeader('api-key'),
  headers: { 'x-pinecone-api-version': '2026-04' },
  own: () => ({}),
  dialect: pinecone,
});
