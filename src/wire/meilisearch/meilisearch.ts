import { z } from 'zod';
import {
  type Dialect,
  MalformedReplyError,
  RejectedReplyError,
  type WireReply,
} from '../dialect.ts';
import type { Engine, EngineOptions, Place } from '../engine/engine.ts';
import { bearer, engineOfUrl } from '../engine/of-url.ts';
import { lookUntil } from '../engine/ready.ts';
import { metadataWith, uuidOf, vectorOf, vectorRows } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { meilisearchFilter } from './filter.ts';

/** How Meilisearch's indexes are searched, and how `ingest` makes them. */
export interface MeilisearchOptions extends EngineOptions {
  /** Name of the embedder in the index's settings; default `default`. */
  readonly embedder?: string;
  /** Store one bit a dimension; cannot be undone. */
  readonly binary?: boolean;
}

/** `pagination.maxTotalHits` of an index, unless it was raised. */
const MOST_HITS = 1_000;

const versionBody = z.object({ pkgVersion: z.string() });
const statsBody = z.object({
  numberOfDocuments: z.int(),
  numberOfEmbeddedDocuments: z.int().nullish(),
});
const embeddersBody = z.record(
  z.string(),
  z.object({
    dimensions: z.int().nullish(),
    binaryQuantized: z.boolean().nullish(),
    distribution: z.unknown().optional(),
  }),
);
const searchBody = z.object({ hits: z.array(z.looseObject({ _rankingScore: z.number() })) });
const fetchBody = z.object({ results: z.array(z.looseObject({})), total: z.int() });
const vectorsBody = z.record(z.string(), z.object({ embeddings: z.array(z.unknown()) }));
const enqueuedBody = z.object({ taskUid: z.int() });
const taskBody = z.object({
  status: z.string(),
  error: z.object({ message: z.string() }).nullish(),
});

/** Meilisearch ≥ 1.14. Documents keep the id of the corpus as a field, since ids there have few characters. */
export function meilisearch(options: MeilisearchOptions = {}): Dialect {
  const { idField = 'document_id', embedder = 'default' } = options;
  const at = ({ name }: Place, rest = '') => `/indexes/${encodeURIComponent(name)}${rest}`;
  const engine: Engine = {
    name: 'meilisearch',
    mapping: 1,
    options,
    takes: { exact: 'none', effort: null },
    maxK: MOST_HITS,
    similarity: SCORES.centred,
    health: {
      path: '/version',
      encode: () => [{ method: 'GET', path: '/version' }],
      decode: (replies) => ({
        service: 'meilisearch',
        version: parseReply(versionBody, onlyReply(replies)).pkgVersion,
      }),
    },
    describe: {
      path: '/indexes/{index}/stats',
      encode: (place) => [
        { method: 'GET', path: '/version' },
        { method: 'GET', path: at(place, '/stats'), answers: [404] },
        { method: 'GET', path: at(place, '/settings/embedders'), answers: [404] },
      ],
      decode: ([version, stats, embedders], { distance }) => {
        if (version === undefined || stats === undefined || embedders === undefined) {
          throw new MalformedReplyError('expected three replies');
        }
        const serverVersion = `Meilisearch ${parseReply(versionBody, version).pkgVersion}`;
        if (stats.status === 404 || embedders.status === 404) {
          const none = { indexedCount: null, dimension: null, index: null, quantisation: null };
          const absent = { exists: false, count: 0, parameters: {}, handle: { exists: 'false' } };
          return { ...none, ...absent, distance, serverVersion };
        }
        const { numberOfDocuments, numberOfEmbeddedDocuments } = parseReply(statsBody, stats);
        const own = parseReply(embeddersBody, embedders)[embedder];
        return {
          count: numberOfDocuments,
          indexedCount: numberOfEmbeddedDocuments ?? null,
          dimension: own?.dimensions ?? null,
          distance: 'cosine',
          index: 'arroy',
          quantisationAsked: options.binary === true,
          quantisation: own?.binaryQuantized === true ? 'binary' : 'none',
          // Scores are then bent, and say nothing of the cosine.
          parameters: own?.distribution == null ? {} : { distribution: true },
          serverVersion,
          handle: { exists: 'true' },
        };
      },
    },
    search: {
      path: '/indexes/{index}/search',
      encode: (place, { vector, k, filter }) => ({
        method: 'POST',
        path: at(place, '/search'),
        json: {
          vector: Array.from(vector),
          hybrid: { embedder, semanticRatio: 1 },
          limit: k,
          filter: filter === null ? undefined : meilisearchFilter(filter),
          attributesToRetrieve: [idField, 'id'],
          showRankingScore: true,
        },
      }),
      decode: (reply) =>
        parseReply(searchBody, reply).hits.map((hit) => ({
          id: idText(hit[idField] ?? hit.id, idField),
          rawScore: hit._rankingScore,
        })),
    },
    list: {
      path: '/indexes/{index}/documents/fetch',
      encode: (place, { limit, cursor = '0', vectors }) => [
        {
          method: 'POST',
          path: at(place, '/documents/fetch'),
          json: { limit, offset: Number(cursor), retrieveVectors: vectors },
        },
      ],
      decode: (replies, _place, { cursor = '0', vectors }) => {
        const { results, total } = parseReply(fetchBody, onlyReply(replies));
        const documents = results.map(({ id, _vectors, [idField]: own, ...rest }, row) => {
          const stored = vectorsBody.safeParse(_vectors).data?.[embedder]?.embeddings;
          // One embedding, or a list of one.
          const vector = Array.isArray(stored?.[0]) ? stored[0] : stored;
          return {
            id: idText(own ?? id, `results[${row}].${idField}`),
            metadata: toMetadata(rest) ?? {},
            ...(vectors ? { vector: vectorOf(vector, `results[${row}]._vectors`) } : {}),
          };
        });
        const end = Number(cursor) + results.length;
        return { documents, cursor: end < total && results.length > 0 ? String(end) : null };
      },
    },
    ingest: {
      path: '/indexes/{index}/documents',
      encode: (place, request) => {
        const rows = vectorRows(request);
        const own = { source: 'userProvided', dimensions: rows[0]?.vector.length };
        const settings = {
          embedders: { [embedder]: options.binary ? { ...own, binaryQuantized: true } : own },
          filterableAttributes: ['*'],
        };
        const documents = rows.map(({ id, vector, metadata }) => ({
          ...metadataWith(metadata),
          id: uuidOf(id),
          [idField]: id,
          _vectors: { [embedder]: vector },
        }));
        const fill = { method: 'POST', path: at(place, '/documents'), json: documents } as const;
        if (place.handle.exists !== 'false') return [fill];
        const json = { uid: place.name, primaryKey: 'id' };
        return [
          { method: 'POST', path: '/indexes', json },
          { method: 'PATCH', path: at(place, '/settings'), json: settings },
          fill,
        ];
      },
      // Tasks of one index are carried out in their order: the last one is waited for.
      next: (replies, { handle }) => {
        const sent = handle.exists === 'false' ? 3 : 1;
        const last = replies[sent - 1];
        if (last === undefined) throw new MalformedReplyError('no task');
        const path = `/tasks/${parseReply(enqueuedBody, last).taskUid}`;
        return lookUntil(replies.slice(sent), { method: 'GET', path }, isTaskDone);
      },
      decode: (_replies, _place, { documents }) => ({ accepted: documents.length }),
    },
  };
  return vectorDialect(engine);
}

function isTaskDone(reply: WireReply): boolean {
  const { status, error } = parseReply(taskBody, reply);
  if (status === 'failed' || status === 'canceled') {
    throw new RejectedReplyError(`task ${status}: ${error?.message ?? ''}`);
  }
  return status === 'succeeded';
}

/** `meilisearch://host:7700/INDEX?…`; the key is in MEILISEARCH_API_KEY. */
export const meilisearchOfUrl = engineOfUrl<MeilisearchOptions>({
  port: 7700,
  key: 'MEILISEARCH_API_KEY',
  header: bearer,
  own: ({ text, flag }) => ({ embedder: text('embedder'), binary: flag('binary') }),
  dialect: meilisearch,
});
