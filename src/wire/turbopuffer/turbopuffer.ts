import { z } from 'zod';
import { type Dialect, MalformedReplyError } from '../dialect.ts';
import type { Engine, EngineOptions, Place } from '../engine/engine.ts';
import { bearer, engineOfUrl } from '../engine/of-url.ts';
import { lookUntil } from '../engine/ready.ts';
import { metadataWith, uuidOf, vectorOf, vectorRows } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { exactText, rawJson } from '../json/exact-json.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { turbopufferFilter } from './filter.ts';

/** How turbopuffer's namespaces are searched. */
export interface TurbopufferOptions extends EngineOptions {
  /** Compare with every vector, whatever a request says. */
  readonly exact?: boolean;
  /** Default strong: what was written is seen. */
  readonly consistency?: 'strong' | 'eventual';
}

const METRIC = { cosine: 'cosine_distance', euclidean: 'euclidean_squared' } as const;

const row = z.looseObject({ id: z.union([z.string(), z.number(), z.bigint()]) });
const queryBody = z.object({ rows: z.array(row) });
const countBody = z.object({ aggregations: z.object({ n: z.int() }) });
const metadataBody = z.object({
  schema: z.record(z.string(), z.unknown()).nullish(),
  index: z.object({ status: z.string() }).nullish(),
});
const writtenBody = z.object({ rows_affected: z.int() });

/** turbopuffer's API v2; a collection is a namespace. Rows keep the id of the corpus as an attribute, since ids there are short. */
export function turbopuffer(options: TurbopufferOptions = {}): Dialect {
  const { idField = 'document_id', consistency = 'strong' } = options;
  const at = ({ name }: Place, version = 'v2') =>
    `/${version}/namespaces/${encodeURIComponent(name)}`;
  const engine: Engine = {
    name: 'turbopuffer',
    mapping: 1,
    options,
    takes: { exact: 'query', effort: null },
    maxK: 10_000,
    similarity: { cosine: SCORES.distances.cosine, euclidean: SCORES.distances.euclidean },
    health: {
      path: '/v1/namespaces',
      encode: () => [{ method: 'GET', path: '/v1/namespaces?page_size=1' }],
      decode: (replies) => {
        parseReply(z.object({ namespaces: z.array(z.unknown()) }), onlyReply(replies));
        return { service: 'turbopuffer', version: null };
      },
    },
    describe: {
      path: '/v1/namespaces/{namespace}/metadata',
      encode: (place) => [
        { method: 'GET', path: `${at(place, 'v1')}/metadata`, answers: [404] },
        {
          method: 'POST',
          path: `${at(place)}/query`,
          json: { aggregate_by: { n: ['Count'] }, consistency: { level: 'strong' } },
          answers: [404],
        },
      ],
      decode: ([metadata, counted], { distance }) => {
        if (metadata === undefined || counted === undefined)
          throw new MalformedReplyError('no reply');
        const none = { indexedCount: null, index: 'spfresh', serverVersion: null, distance };
        if (metadata.status === 404 || counted.status === 404) {
          const absent = { exists: false, count: 0, dimension: null, quantisation: null };
          return { ...none, ...absent, parameters: {}, handle: {} };
        }
        const { schema, index } = parseReply(metadataBody, metadata);
        const vector = z.object({ type: z.string() }).safeParse(schema?.vector).data;
        const [, dimension, bits] = /^\[(\d+)\]f(\d+)$/.exec(vector?.type ?? '') ?? [];
        return {
          ...none,
          count: parseReply(countBody, counted).aggregations.n,
          dimension: dimension === undefined ? null : Number(dimension),
          quantisation: bits === '16' ? 'float16' : 'none',
          parameters: { index_status: index?.status ?? 'unknown' },
          handle: {},
        };
      },
    },
    search: {
      path: '/v2/namespaces/{namespace}/query',
      encode: (place, { vector, k, filter, exact }) => {
        const isExact = exact || options.exact === true;
        // An exhaustive search needs a filter: one that every row passes.
        const all = isExact ? [idField, 'NotEq', null] : undefined;
        return {
          method: 'POST',
          path: `${at(place)}/query`,
          json: {
            rank_by: ['vector', isExact ? 'kNN' : 'ANN', Array.from(vector)],
            limit: k,
            filters: filter === null ? all : turbopufferFilter(filter),
            include_attributes: [idField],
            consistency: { level: consistency },
          },
        };
      },
      decode: (reply) =>
        parseReply(queryBody, reply).rows.map((found) => ({
          id: idText(found[idField] ?? found.id, idField),
          rawScore: typeof found.$dist === 'number' ? found.$dist : Number.NaN,
        })),
    },
    list: {
      path: '/v2/namespaces/{namespace}/query',
      encode: (place, { limit, cursor }) => [
        {
          method: 'POST',
          path: `${at(place)}/query`,
          json: {
            rank_by: ['id', 'asc'],
            limit,
            filters: cursor === undefined ? undefined : ['id', 'Gt', rawJson(cursor)],
            include_attributes: true,
            consistency: { level: consistency },
          },
        },
      ],
      decode: (replies, _place, { limit, vectors }) => {
        const { rows } = parseReply(queryBody, onlyReply(replies));
        const documents = rows.map(({ id, vector, $dist: _, [idField]: own, ...rest }, at) => ({
          id: idText(own ?? id, `rows[${at}].${idField}`),
          metadata: toMetadata(rest) ?? {},
          ...(vectors ? { vector: vectorOf(vector, `rows[${at}].vector`) } : {}),
        }));
        const last = rows.length < limit ? undefined : rows.at(-1)?.id;
        return { documents, cursor: last === undefined ? null : exactText(last) };
      },
    },
    ingest: {
      path: '/v2/namespaces/{namespace}',
      encode: (place, request) => [
        {
          method: 'POST',
          path: at(place),
          json: {
            upsert_rows: vectorRows(request).map(({ id, vector, metadata }) => ({
              ...metadataWith(metadata),
              id: uuidOf(id),
              [idField]: id,
              vector,
            })),
            distance_metric: METRIC[place.distance as keyof typeof METRIC],
          },
        },
      ],
      next: ([, ...looks], place, { isLast = false }) =>
        isLast
          ? lookUntil(looks, { method: 'GET', path: `${at(place, 'v1')}/metadata` }, (reply) => {
              const { index } = parseReply(metadataBody, reply);
              return index == null || index.status === 'up-to-date';
            })
          : [],
      decode: ([written]) => ({
        accepted: parseReply(writtenBody, onlyReply(written === undefined ? [] : [written]))
          .rows_affected,
      }),
    },
  };
  return vectorDialect(engine);
}

/** `turbopuffer://REGION.turbopuffer.com/NAMESPACE?…`; the key is in TURBOPUFFER_API_KEY. */
export const turbopufferOfUrl = engineOfUrl<TurbopufferOptions>({
  port: 443,
  tls: true,
  key: 'TURBOPUFFER_API_KEY',
  header: bearer,
  own: ({ flag, oneOf }) => ({
    exact: flag('exact'),
    consistency: oneOf('consistency', ['strong', 'eventual']),
  }),
  dialect: turbopuffer,
});
