import { z } from 'zod';
import { type Dialect, MalformedReplyError } from '../dialect.ts';
import { dollarFilter } from '../engine/dollar-filter.ts';
import type { Engine, Place } from '../engine/engine.ts';
import { engineOfUrl, keyHeader } from '../engine/of-url.ts';
import { metadataWith, vectorOf, vectorRows } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { createdId, createRequest, describeChroma } from './collection.ts';
import type { ChromaOptions } from './options.ts';

const queryBody = z.object({
  ids: z.array(z.array(z.string())),
  distances: z.array(z.array(z.number().nullable())),
});
const getBody = z.object({
  ids: z.array(z.string()),
  metadatas: z.array(z.unknown()).nullish(),
  embeddings: z.array(z.unknown()).nullish(),
});

/** Chroma's API v2: collections are asked by the id that their name is resolved to. */
export function chroma(options: ChromaOptions = {}): Dialect {
  const { tenant = 'default_tenant', database = 'default_database' } = options;
  const [inTenant, inDatabase] = [encodeURIComponent(tenant), encodeURIComponent(database)];
  const all = `/api/v2/tenants/${inTenant}/databases/${inDatabase}/collections`;
  const at = ({ handle, name }: Place, action: string) =>
    `${all}/${encodeURIComponent(handle.id ?? name)}/${action}`;
  const engine: Engine = {
    name: 'chroma',
    mapping: 1,
    options,
    takes: { exact: 'none', effort: null },
    maxK: null,
    similarity: SCORES.distances,
    health: {
      path: '/api/v2/heartbeat',
      encode: () => [
        { method: 'GET', path: '/api/v2/heartbeat' },
        { method: 'GET', path: '/api/v2/version' },
      ],
      decode: ([, version]) => ({
        service: 'chroma',
        version: parseReply(z.string(), onlyReply(version === undefined ? [] : [version])),
      }),
    },
    describe: describeChroma(all),
    search: {
      path: '/api/v2/…/collections/{id}/query',
      encode: (place, { vector, k, filter }) => ({
        method: 'POST',
        path: at(place, 'query'),
        json: {
          query_embeddings: [Array.from(vector)],
          n_results: k,
          where: filter === null ? undefined : dollarFilter(filter),
          include: ['distances'],
        },
      }),
      decode: (reply) => {
        const { ids, distances } = parseReply(queryBody, reply);
        const [found] = ids;
        if (found === undefined) throw new MalformedReplyError('ids: expected one list, got none');
        return found.map((id, rank) => ({
          id,
          rawScore: distances[0]?.[rank] ?? Number.NaN,
        }));
      },
    },
    list: {
      path: '/api/v2/…/collections/{id}/get',
      encode: (place, { limit, cursor = '0', vectors }) => [
        {
          method: 'POST',
          path: at(place, 'get'),
          json: {
            limit,
            offset: Number(cursor),
            include: vectors ? ['metadatas', 'embeddings'] : ['metadatas'],
          },
        },
      ],
      decode: (replies, _place, { limit, cursor = '0', vectors }) => {
        const { ids, metadatas, embeddings } = parseReply(getBody, onlyReply(replies));
        const documents = ids.map((id, row) => ({
          id,
          // Chroma has no empty metadata.
          metadata: toMetadata(metadatas?.[row] ?? {}) ?? {},
          ...(vectors ? { vector: vectorOf(embeddings?.[row], `embeddings[${row}]`) } : {}),
        }));
        return { documents, cursor: ids.length < limit ? null : String(Number(cursor) + limit) };
      },
    },
    ingest: {
      path: '/api/v2/…/collections/{id}/upsert',
      encode: (place, request) => {
        if (place.handle.exists === 'false') return [createRequest(all, place, options)];
        const upsert = upsertRequest(at(place, 'upsert'), request);
        if (place.handle.filled !== 'true') return [upsert];
        // An upsert keeps those fields of the old metadata that the new one does not name.
        const { ids } = upsert.json;
        return [{ method: 'POST', path: at(place, 'delete'), json: { ids } }, upsert];
      },
      next: (replies, place, request) => {
        const [created] = replies;
        if (place.handle.exists !== 'false' || replies.length > 1 || created === undefined)
          return [];
        return [upsertRequest(`${all}/${createdId(created)}/upsert`, request)];
      },
      decode: (_replies, _place, { documents }) => ({ accepted: documents.length }),
    },
  };
  return vectorDialect(engine);
}

function upsertRequest(path: string, request: Parameters<typeof vectorRows>[0]) {
  const rows = vectorRows(request);
  const metadatas = rows.map(({ metadata }) => {
    const kept = metadataWith(metadata, (value) => !Array.isArray(value));
    return Object.keys(kept).length === 0 ? null : kept;
  });
  const json = {
    ids: rows.map(({ id }) => id),
    embeddings: rows.map(({ vector }) => vector),
    metadatas,
  };
  return { method: 'POST', path, json } as const;
}

/** `chroma://host:8000/COLLECTION?…`; the token is in CHROMA_API_KEY. */
export const chromaOfUrl = engineOfUrl<ChromaOptions>({
  port: 8000,
  ownIds: true,
  key: 'CHROMA_API_KEY',
  header: keyHeader('x-chroma-token'),
  own: ({ text, whole }) => ({
    tenant: text('tenant'),
    database: text('database'),
    efSearch: whole('ef_search'),
    efConstruction: whole('ef_construction'),
    maxNeighbors: whole('max_neighbors'),
  }),
  dialect: chroma,
});
