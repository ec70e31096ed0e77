import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import type { Engine, Place } from '../engine/engine.ts';
import { engineOfUrl, keyHeader } from '../engine/of-url.ts';
import { uuidOf, vectorOf, vectorRows, withoutField } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { exactText, rawJson } from '../json/exact-json.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { createCollection, describeQdrant, waitUntilGreen } from './collection.ts';
import { qdrantFilter } from './filter.ts';
import type { QdrantOptions } from './options.ts';

const pointId = z.union([z.string(), z.number(), z.bigint()]);
const payload = z.record(z.string(), z.unknown()).nullish();
const queryBody = z.object({
  result: z.object({ points: z.array(z.object({ id: pointId, score: z.number(), payload })) }),
});
const scrollBody = z.object({
  result: z.object({
    points: z.array(z.object({ id: pointId, payload, vector: z.unknown().optional() })),
    next_page_offset: pointId.nullish(),
  }),
});
const rootBody = z.object({ title: z.string(), version: z.string() });
const doneBody = z.object({ result: z.unknown(), status: z.literal('ok') });

/** Qdrant ≥ 1.10. Points keep the id of the corpus in their payload, since ids there are numbers or UUIDs. */
export function qdrant(options: QdrantOptions = {}): Dialect {
  const { idField = 'document_id', using, indexedOnly } = options;
  const at = ({ name }: Place, rest = '') => `/collections/${encodeURIComponent(name)}${rest}`;
  const idOf = (point: {
    readonly id: z.output<typeof pointId>;
    readonly payload?: z.output<typeof payload>;
  }) => idText(point.payload?.[idField] ?? point.id, `payload.${idField}`);
  const engine: Engine = {
    name: 'qdrant',
    mapping: 1,
    options,
    takes: { exact: 'query', effort: 'hnsw_ef' },
    maxK: null,
    similarity: SCORES.plain,
    health: {
      path: '/',
      encode: () => [{ method: 'GET', path: '/' }],
      decode: (replies) => {
        const { version } = parseReply(rootBody, onlyReply(replies));
        return { service: 'qdrant', version };
      },
    },
    describe: describeQdrant(at, options),
    search: {
      path: '/collections/{collection}/points/query',
      encode: (place, { vector, k, filter, effort, exact }) => {
        const ef = effort ?? options.effort;
        return {
          method: 'POST',
          path: at(place, '/points/query'),
          json: {
            query: Array.from(vector),
            using,
            filter: filter === null ? undefined : qdrantFilter(filter),
            params: {
              hnsw_ef: ef,
              exact: exact || options.exact === true || undefined,
              indexed_only: indexedOnly,
            },
            limit: k,
            with_payload: [idField],
          },
        };
      },
      decode: (reply) =>
        parseReply(queryBody, reply).result.points.map((point) => ({
          id: idOf(point),
          rawScore: point.score,
        })),
    },
    list: {
      path: '/collections/{collection}/points/scroll',
      encode: (place, { limit, cursor, vectors }) => [
        {
          method: 'POST',
          path: at(place, '/points/scroll'),
          json: {
            limit,
            offset: cursor === undefined ? undefined : rawJson(cursor),
            with_payload: true,
            with_vector: vectors && using !== undefined ? [using] : vectors,
          },
        },
      ],
      decode: (replies, _place, { vectors }) => {
        const { points, next_page_offset: next } = parseReply(
          scrollBody,
          onlyReply(replies),
        ).result;
        const documents = points.map((point, row) => {
          const metadata = withoutField(toMetadata(point.payload), idField);
          const stored =
            using === undefined
              ? point.vector
              : (point.vector as Record<string, unknown> | null)?.[using];
          return {
            id: idOf(point),
            ...(metadata === undefined ? {} : { metadata }),
            ...(vectors ? { vector: vectorOf(stored, `points[${row}].vector`) } : {}),
          };
        });
        return { documents, cursor: next == null ? null : exactText(next) };
      },
    },
    ingest: {
      path: '/collections/{collection}/points',
      encode: (place, request) => {
        const rows = vectorRows(request);
        const points = rows.map(({ id, vector, metadata }) => ({
          id: uuidOf(id),
          vector: using === undefined ? vector : { [using]: vector },
          payload: { ...metadata, [idField]: id },
        }));
        return [
          ...createCollection(at(place), place, rows[0]?.vector.length ?? 0, options),
          { method: 'PUT', path: at(place, '/points?wait=true'), json: { points } },
        ];
      },
      next: (replies, place, { isLast = false }) =>
        isLast ? waitUntilGreen(replies, at(place), place) : [],
      decode: (replies, _place, { documents }) => {
        for (const reply of replies) parseReply(doneBody, reply);
        return { accepted: documents.length };
      },
    },
  };
  return vectorDialect(engine);
}

/** `qdrant://host:6333/COLLECTION?…`; the key is in QDRANT_API_KEY. */
export const qdrantOfUrl = engineOfUrl<QdrantOptions>({
  port: 6333,
  key: 'QDRANT_API_KEY',
  header: keyHeader('api-key'),
  own: ({ text, whole, flag, oneOf }) => ({
    using: text('using'),
    effort: whole('effort') ?? whole('hnsw_ef'),
    exact: flag('exact'),
    indexedOnly: flag('indexed_only'),
    m: whole('m'),
    efConstruct: whole('ef_construct'),
    indexingThreshold: whole('indexing_threshold'),
    quantisation: oneOf('quantisation', ['none', 'int8', 'binary']),
  }),
  dialect: qdrant,
});
