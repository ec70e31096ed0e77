import { z } from 'zod';
import {
  type Dialect,
  MalformedReplyError,
  RejectedReplyError,
  type WireReply,
  type WireRequest,
} from '../dialect.ts';
import type { Engine, EngineOptions, Place } from '../engine/engine.ts';
import { engineOfUrl, keyHeader } from '../engine/of-url.ts';
import { metadataWith, scalarsOf, vectorOf, vectorRows } from '../engine/rows.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { inShape, onlyReply, parseReply, replyText } from '../json/json-reply.ts';
import { jsonWithin } from '../json/json-within.ts';
import { typesenseFilter } from './filter.ts';

/** How Typesense's collections are searched, and how `ingest` makes them. Documents have the corpus's ids. */
export interface TypesenseOptions extends Omit<EngineOptions, 'idField'> {
  /** Field of the vector; default `embedding`. */
  readonly vectorField?: string;
  /** `ef` of every search that names none. */
  readonly effort?: number;
  readonly m?: number;
  readonly efConstruction?: number;
}

/** Most rows of one page. */
const LONGEST_PAGE = 250;
const DISTANCE = { cosine: 'cosine', dot: 'ip' } as const;

const document = z.looseObject({ id: z.string() });
const resultBody = z.object({
  results: z.array(
    z.object({
      error: z.string().nullish(),
      hits: z.array(z.object({ document, vector_distance: z.number().nullish() })).nullish(),
    }),
  ),
});
const collectionBody = z.object({
  num_documents: z.int(),
  fields: z.array(
    z.object({
      name: z.string(),
      num_dim: z.int().nullish(),
      vec_dist: z.string().nullish(),
      hnsw_params: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});
const debugBody = z.object({ version: z.string() });
const importedLine = z.object({ success: z.boolean(), error: z.string().nullish() });

/** Typesense ≥ 27. */
export function typesense(options: TypesenseOptions = {}): Dialect {
  const { vectorField = 'embedding' } = options;
  const at = ({ name }: Place, rest = '') => `/collections/${encodeURIComponent(name)}${rest}`;
  const multi = (search: object): WireRequest => ({
    method: 'POST',
    path: '/multi_search',
    json: { searches: [search] },
  });
  const engine: Engine = {
    name: 'typesense',
    mapping: 1,
    options,
    takes: { exact: 'none', effort: 'ef' },
    maxK: LONGEST_PAGE,
    similarity: { cosine: (rawScore) => 1 - rawScore, dot: (rawScore) => 1 - rawScore },
    health: {
      path: '/debug',
      encode: () => [{ method: 'GET', path: '/debug' }],
      decode: (replies) => ({
        service: 'typesense',
        version: parseReply(debugBody, onlyReply(replies)).version,
      }),
    },
    describe: {
      path: '/collections/{collection}',
      encode: (place) => [
        { method: 'GET', path: '/debug' },
        { method: 'GET', path: at(place), answers: [404] },
      ],
      decode: ([debug, found], { distance }) => {
        if (debug === undefined || found === undefined) throw new MalformedReplyError('no reply');
        const serverVersion = `Typesense ${parseReply(debugBody, debug).version}`;
        const base = { indexedCount: null, quantisation: 'none', serverVersion };
        if (found.status === 404) {
          const absent = { exists: false, count: 0, dimension: null, index: null, parameters: {} };
          return { ...base, ...absent, distance, handle: { exists: 'false' } };
        }
        const { num_documents: count, fields } = parseReply(collectionBody, found);
        const field = fields.find(({ name }) => name === vectorField);
        const measured = field?.vec_dist === 'ip' ? 'dot' : 'cosine';
        return {
          ...base,
          count,
          dimension: field?.num_dim ?? null,
          distance: measured,
          index: 'hnsw',
          parameters: scalarsOf(field?.hnsw_params ?? {}),
          handle: { exists: 'true', distance: measured },
        };
      },
    },
    search: {
      path: '/multi_search',
      encode: ({ name }, { vector, k, filter, effort }) => {
        const ef = effort ?? options.effort;
        const more = ef === undefined ? '' : `, ef:${ef}`;
        return multi({
          collection: name,
          q: '*',
          vector_query: `${vectorField}:([${vector.join(',')}], k:${k}${more})`,
          filter_by: filter === null ? undefined : typesenseFilter(filter),
          per_page: k,
          include_fields: 'id',
        });
      },
      decode: (reply) =>
        hitsOf(reply).map(({ document: { id }, vector_distance: distance }) => ({
          id,
          rawScore: distance ?? Number.NaN,
        })),
    },
    list: {
      path: '/multi_search',
      encode: ({ name }, { limit, cursor = '1', vectors }) => [
        multi({
          collection: name,
          q: '*',
          per_page: Math.min(limit, LONGEST_PAGE),
          page: Number(cursor),
          exclude_fields: vectors ? undefined : vectorField,
        }),
      ],
      decode: (replies, _place, { limit, cursor = '1', vectors }) => {
        const hits = hitsOf(onlyReply(replies));
        const documents = hits.map(({ document: { id, [vectorField]: vector, ...rest } }, row) => ({
          id,
          metadata: toMetadata(rest) ?? {},
          ...(vectors ? { vector: vectorOf(vector, `hits[${row}].${vectorField}`) } : {}),
        }));
        const isLast = hits.length < Math.min(limit, LONGEST_PAGE);
        return { documents, cursor: isLast ? null : String(Number(cursor) + 1) };
      },
    },
    ingest: {
      path: '/collections/{collection}/documents/import',
      encode: (place, request) => {
        const rows = vectorRows(request);
        const make: WireRequest = {
          method: 'POST',
          path: '/collections',
          json: {
            name: place.name,
            fields: [
              {
                name: vectorField,
                type: 'float[]',
                num_dim: rows[0]?.vector.length,
                vec_dist: DISTANCE[place.distance as keyof typeof DISTANCE],
                hnsw_params:
                  options.m === undefined && options.efConstruction === undefined
                    ? undefined
                    : { M: options.m, ef_construction: options.efConstruction },
              },
              { name: '.*', type: 'auto' },
            ],
          },
        };
        const lines = rows.map(({ id, vector, metadata }) =>
          JSON.stringify({ ...metadataWith(metadata), id, [vectorField]: vector }),
        );
        const fill: WireRequest = {
          method: 'POST',
          path: at(place, '/documents/import?action=upsert'),
          headers: { 'content-type': 'application/x-ndjson' },
          bytes: Buffer.from(lines.join('\n')),
        };
        return place.handle.exists === 'false' ? [make, fill] : [fill];
      },
      decode: (replies, { handle }, { documents }) => {
        const filled = replies[handle.exists === 'false' ? 1 : 0];
        const text = replyText(onlyReply(filled === undefined ? [] : [filled]));
        const lines = text.split('\n').filter((line) => line.trim() !== '');
        for (const [row, line] of lines.entries()) {
          const { success, error } = inShape(
            importedLine,
            jsonWithin(line, 'a line that is no JSON'),
          );
          if (!success) throw new RejectedReplyError(`document ${documents[row]?.id}: ${error}`);
        }
        return { accepted: lines.length };
      },
    },
  };
  return vectorDialect(engine);
}

/** The hits of the one search. @throws RejectedReplyError where it failed in spite of status 200 */
function hitsOf(reply: WireReply) {
  const [result] = parseReply(resultBody, reply).results;
  if (result === undefined) throw new MalformedReplyError('results: expected one');
  if (result.error != null) throw new RejectedReplyError(result.error);
  if (result.hits == null) throw new MalformedReplyError('results[0].hits: expected a list');
  return result.hits;
}

/** `typesense://host:8108/COLLECTION?…`; the key is in TYPESENSE_API_KEY. */
export const typesenseOfUrl = engineOfUrl<TypesenseOptions>({
  port: 8108,
  ownIds: true,
  key: 'TYPESENSE_API_KEY',
  header: keyHeader('x-typesense-api-key'),
  own: ({ text, whole }) => ({
    vectorField: text('vector'),
    effort: whole('effort') ?? whole('ef'),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
  }),
  dialect: typesense,
});
