import { z } from 'zod';
import { counted } from '../../counted.ts';
import {
  MalformedReplyError,
  RejectedReplyError,
  type WireReply,
  type WireRequest,
} from '../dialect.ts';
import type { Engine, EngineRoute, Place } from '../engine/engine.ts';
import { metadataWith, vectorOf, vectorRows, withoutField } from '../engine/rows.ts';
import { toMetadata } from '../json/hits.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import type { IngestRequest, IngestResponse, ListRequest, ListResponse } from '../operations.ts';

const rootBody = z.object({ version: z.object({ number: z.string() }) });
const hit = z.object({
  _id: z.string(),
  _score: z.number().nullish(),
  _source: z.record(z.string(), z.unknown()).nullish(),
  fields: z.record(z.string(), z.unknown()).nullish(),
  sort: z.array(z.unknown()).nullish(),
});
const searchBody = z.object({
  pit_id: z.string().nullish(),
  timed_out: z.boolean(),
  _shards: z.object({ failed: z.int() }),
  hits: z.object({ hits: z.array(hit) }),
});
const pitBody = z.union([
  z.object({ id: z.string() }).transform(({ id }) => id),
  z.object({ pit_id: z.string() }).transform(({ pit_id: id }) => id),
]);
const bulkBody = z.object({
  errors: z.boolean(),
  items: z.array(z.record(z.string(), z.object({ error: z.unknown().optional() }))),
});
const shardsBody = z.object({ _shards: z.object({ failed: z.int() }).nullish() });
const countBody = shardsBody.extend({ count: z.int() });

/** The path of an index, and what follows. */
export function indexPath({ name }: Place, rest = ''): string {
  return `/${encodeURIComponent(name)}${rest}`;
}

/** Health of either engine. */
export function rootHealth(service: string): Engine['health'] {
  return {
    path: '/',
    encode: () => [{ method: 'GET', path: '/' }],
    decode: (replies) => ({ service, version: versionOf(onlyReply(replies)) }),
  };
}

/** Version, mapping and count of an index: the requests of `describe`; `asked` is added to the second one's path. */
export function describeRequests(place: Place, asked = ''): WireRequest[] {
  return [
    { method: 'GET', path: '/' },
    { method: 'GET', path: indexPath(place, asked), answers: [404] },
    { method: 'GET', path: indexPath(place, '/_count'), answers: [404] },
  ];
}

/** The number of a server's version. */
export function versionOf(reply: WireReply | undefined): string {
  if (reply === undefined) throw new MalformedReplyError('expected a reply to GET /');
  return parseReply(rootBody, reply).version.number;
}

/** @throws RejectedReplyError where a shard failed, so that something is missing */
function requireAllShards(failed: number, what: string): void {
  if (failed === 0) return;
  throw new RejectedReplyError(`${counted(failed, 'shard')} failed: ${what}`);
}

/** How many documents an index has. @throws RejectedReplyError where a shard did not say how many it has */
export function countOf(reply: WireReply): number {
  const { count, _shards: shards } = parseReply(countBody, reply);
  requireAllShards(shards?.failed ?? 0, 'not all documents are counted');
  return count;
}

/**
 * The hits of a search.
 * @throws RejectedReplyError where a shard failed or time ran out: hits would be missing
 */
export function hitsOfSearch(reply: WireReply): z.output<typeof hit>[] {
  const body = parseReply(searchBody, reply);
  if (body.timed_out) throw new RejectedReplyError('timed_out: the hits are not all');
  requireAllShards(body._shards.failed, 'the hits are not all');
  return body.hits.hits;
}

/** Pages through an index as it was when the list began; `open` makes the request that begins one. */
export function listIndex(
  vectorField: string,
  open: (place: Place) => WireRequest,
): EngineRoute<ListRequest, ListResponse> {
  const search = (pit: string, after: unknown, { limit, vectors }: ListRequest): WireRequest => ({
    method: 'POST',
    path: '/_search',
    json: {
      size: limit,
      pit: { id: pit, keep_alive: '1m' },
      sort: [{ _shard_doc: 'asc' }],
      search_after: after,
      _source: vectors ? true : { excludes: [vectorField] },
      // Vectors are not in the source of every version.
      fields: vectors ? [vectorField] : undefined,
      track_total_hits: false,
    },
  });
  return {
    path: '/_search',
    encode: (place, request) => {
      if (request.cursor === undefined) return [open(place)];
      const [pit, after] = JSON.parse(request.cursor) as [string, unknown];
      return [search(pit, after, request)];
    },
    next: ([first, ...rest], _place, request) => {
      if (request.cursor !== undefined || first === undefined || rest.length > 0) return [];
      return [search(parseReply(pitBody, first), undefined, request)];
    },
    decode: (replies, _place, request) => {
      const last = replies.at(-1);
      const [pit] =
        request.cursor === undefined
          ? [parseReply(pitBody, onlyReply(replies))]
          : (JSON.parse(request.cursor) as [string]);
      const hits = last === undefined ? [] : hitsOfSearch(last);
      const documents = hits.map(({ _id: id, _source: source, fields }, row) => {
        const metadata = withoutField(toMetadata(source ?? {}), vectorField);
        const stored = fields?.[vectorField] ?? source?.[vectorField];
        return {
          id,
          ...(metadata === undefined ? {} : { metadata }),
          ...(request.vectors ? { vector: vectorOf(stored, `hits[${row}].${vectorField}`) } : {}),
        };
      });
      if (hits.length < request.limit) return { documents, cursor: null };
      const after = hits.at(-1)?.sort;
      if (after == null) throw new MalformedReplyError('a full page, and no place to go on from');
      return { documents, cursor: JSON.stringify([pit, after]) };
    },
  };
}

/** Makes an index by its mapping where there is none, fills it, and refreshes it after the last documents. */
export function ingestIndex(
  vectorField: string,
  mapping: (place: Place, dimension: number) => object,
): EngineRoute<IngestRequest, IngestResponse> {
  return {
    path: '/{index}/_bulk',
    encode: (place, request) => {
      const rows = vectorRows(request);
      const lines = rows.flatMap(({ id, metadata, vector }) => [
        { index: { _id: id } },
        { ...metadataWith(metadata), [vectorField]: vector },
      ]);
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const make: WireRequest[] =
        place.handle.exists === 'false'
          ? [
              {
                method: 'PUT',
                path: indexPath(place),
                json: mapping(place, rows[0]?.vector.length ?? 0),
              },
            ]
          : [];
      const refresh: WireRequest[] =
        request.isLast === true ? [{ method: 'POST', path: indexPath(place, '/_refresh') }] : [];
      const headers = { 'content-type': 'application/x-ndjson' };
      const bulk = { method: 'POST', path: indexPath(place, '/_bulk'), headers, bytes } as const;
      return [...make, bulk, ...refresh];
    },
    decode: (replies, place, { documents, isLast }) => {
      const bulk = replies[place.handle.exists === 'false' ? 1 : 0];
      const { errors, items } = parseReply(bulkBody, onlyReply(bulk === undefined ? [] : [bulk]));
      if (errors) {
        const at = items.findIndex((item) => Object.values(item)[0]?.error !== undefined);
        throw new RejectedReplyError(`document ${documents[at]?.id} was refused`);
      }
      const refreshed = isLast === true ? replies.at(-1) : undefined;
      if (refreshed !== undefined) {
        const { _shards: shards } = parseReply(shardsBody, refreshed);
        requireAllShards(shards?.failed ?? 0, 'not all documents can be found');
      }
      return { accepted: items.length };
    },
  };
}

/** Texts of metadata are keywords, so that a filter compares them whole. */
export const TEXTS_AS_KEYWORDS = [
  { texts: { match_mapping_type: 'string', mapping: { type: 'keyword' } } },
];
