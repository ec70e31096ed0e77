import type { Metadata } from '../../corpus/types.ts';
import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import type { DriverSession, VectorQuery } from '../driver/driver.ts';
import { vectorOf } from '../engine/rows.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { jsonWithin } from '../json/json-within.ts';
import type { CollectionInfo, IngestRequest, ListRequest } from '../operations.ts';
import type { RedisConnection, SendCommand } from './connection.ts';
import { redisFilter } from './filter.ts';

/** How a vector set is searched, and how `ingest` makes it where it is not there. */
export interface VectorSet {
  /** Key of a collection; `{collection}` stands for its name. */
  readonly key: string;
  /** How the first VADD stores vectors; Redis's own default is `q8`. */
  readonly quantisation: 'q8' | 'bin' | 'none';
  /** Whether that was said, and is not the default. */
  readonly isAsked: boolean;
  /** `M` of the graph; Redis's default is 16. */
  readonly m?: number;
  /** `EF` of building; Redis's default is 200. */
  readonly efConstruction?: number;
  /** `EF` of a search that names none; Redis's default is 200, and the count where it is more. */
  readonly effort?: number;
  /** `FILTER-EF`: how many nodes a filtered search looks at; Redis's default is 100 times the count. */
  readonly filterEffort?: number;
  /** Compare with every vector (`TRUTH`), whatever a request says. */
  readonly exact: boolean;
}

const STORED = { q8: 'Q8', bin: 'BIN', none: 'NOQUANT' } as const;
/** The same as VINFO says it. */
const SAID = { q8: 'int8', bin: 'bin', none: 'f32' } as const;

/** A session of Redis vector sets over one connection; requests follow each other without waiting. */
export function vectorSetSession({ send, close }: RedisConnection, set: VectorSet): DriverSession {
  const keyOf = (collection: string) => set.key.replaceAll('{collection}', collection);
  const ids = new Map<string, readonly string[]>();
  const until =
    (signal: AbortSignal): SendCommand =>
    (command) =>
      send(command, signal);
  return {
    health: async (signal) => ({ service: 'redis', version: await versionOf(until(signal)) }),
    describe: (collection, signal) => describeSet(until(signal), keyOf(collection), set),
    search: async (query, signal) => {
      const reply = await send(searchCommand(keyOf(query.collection), query, set), signal);
      const flat = listOf(reply, 'VSIM');
      if (flat.length % 2 !== 0) throw new MalformedReplyError('VSIM: an id without a score');
      return Array.from({ length: flat.length / 2 }, (_, at) => {
        const rawScore = numberOf(flat[2 * at + 1]);
        return { id: idText(flat[2 * at], 'VSIM'), similarity: 2 * rawScore - 1, rawScore };
      });
    },
    list: async (request, signal) => {
      const key = keyOf(request.collection);
      const all = request.cursor === undefined ? undefined : ids.get(key);
      const known = all ?? (await allIds(until(signal), key));
      ids.set(key, known);
      return await listPage(until(signal), key, known, request);
    },
    ingest: async ({ collection, documents }, signal) => {
      const key = keyOf(collection);
      await Promise.all(documents.map((document) => send(addCommand(key, document, set), signal)));
      return documents.length;
    },
    close: async () => close(),
  };
}

function searchCommand(
  key: string,
  { vector, k, filter, effort, exact }: VectorQuery,
  set: VectorSet,
): (string | Buffer)[] {
  const expression = filter === null ? null : redisFilter(filter);
  const ef = effort ?? set.effort;
  return [
    ...['VSIM', key, 'FP32', blobOf(vector), 'WITHSCORES', 'COUNT', String(k)],
    ...(ef === undefined ? [] : ['EF', String(ef)]),
    ...(expression === null ? [] : ['FILTER', expression]),
    ...(expression === null || set.filterEffort === undefined
      ? []
      : ['FILTER-EF', String(set.filterEffort)]),
    ...(exact || set.exact ? ['TRUTH'] : []),
  ];
}

function addCommand(
  key: string,
  { id, vector, metadata }: IngestRequest['documents'][number],
  set: VectorSet,
): (string | Buffer)[] {
  if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
  return [
    ...['VADD', key, 'FP32', blobOf(vector), id, STORED[set.quantisation]],
    ...(set.efConstruction === undefined ? [] : ['EF', String(set.efConstruction)]),
    ...['SETATTR', JSON.stringify(metadata)],
    ...(set.m === undefined ? [] : ['M', String(set.m)]),
  ];
}

async function describeSet(
  send: SendCommand,
  key: string,
  set: VectorSet,
): Promise<CollectionInfo> {
  const serverVersion = await versionOf(send);
  const base = { indexedCount: null, distance: 'cosine' as const, serverVersion };
  if ((await send(['EXISTS', key])) === 0) {
    const none = { dimension: null, index: null, quantisation: null, parameters: {} };
    return { ...base, ...none, exists: false, count: 0 };
  }
  const flat = listOf(await send(['VINFO', key]), 'VINFO');
  const info = new Map<string, unknown>();
  for (let at = 0; at + 1 < flat.length; at += 2) info.set(String(flat[at]), flat[at + 1]);
  const count = numberOf(info.get('size'));
  // A user may be denied the command, and nothing else depends on it.
  const sizeBytes = await send(['MEMORY', 'USAGE', key, 'SAMPLES', '0']).catch(() => null);
  const stored = String(info.get('quant-type'));
  return {
    ...base,
    count,
    indexedCount: count,
    dimension: numberOf(info.get('vector-dim')),
    index: set.exact ? 'flat' : 'hnsw',
    indexBytes: typeof sizeBytes === 'number' ? sizeBytes : null,
    quantisationAsked: set.isAsked && SAID[set.quantisation] === stored,
    quantisation: stored === 'f32' ? 'none' : stored === 'bin' ? 'binary' : stored,
    parameters: {
      ...(info.has('hnsw-m') ? { M: Number(info.get('hnsw-m')) } : {}),
      ...(set.effort === undefined ? {} : { EF: set.effort }),
    },
  };
}

async function versionOf(send: SendCommand): Promise<string> {
  const text = String(await send(['INFO', 'server']));
  return `Redis ${/^redis_version:(\S+)/m.exec(text)?.[1] ?? 'unknown'}`;
}

/** All ids in the order of their bytes. `VRANGE` would page, and came only with Redis 8.4. */
async function allIds(send: SendCommand, key: string): Promise<readonly string[]> {
  const count = await send(['VCARD', key]);
  if (typeof count !== 'number') throw new MalformedReplyError('VCARD: expected a number');
  if (count === 0) return [];
  const found = listOf(await send(['VRANDMEMBER', key, String(count)]), 'VRANDMEMBER');
  return found.map((id) => idText(id, 'VRANDMEMBER')).toSorted();
}

async function listPage(
  send: SendCommand,
  key: string,
  ids: readonly string[],
  { limit, cursor = '0', vectors }: ListRequest,
) {
  const from = Number(cursor);
  const page = ids.slice(from, from + limit);
  const documents = await Promise.all(
    page.map(async (id) => {
      const [attributes, vector] = await Promise.all([
        send(['VGETATTR', key, id]),
        vectors ? send(['VEMB', key, id]) : null,
      ]);
      const metadata: Metadata | undefined =
        typeof attributes === 'string'
          ? toMetadata(jsonWithin(attributes, 'VGETATTR: the attributes are no JSON'))
          : undefined;
      return {
        id,
        ...(metadata === undefined ? {} : { metadata }),
        ...(vector === null
          ? {}
          : { vector: vectorOf(listOf(vector, 'VEMB').map(numberOf), 'VEMB') }),
      };
    }),
  );
  return { documents, cursor: from + limit < ids.length ? String(from + limit) : null };
}

/** RESP2 writes numbers as texts; NaN where there is none. */
function numberOf(reply: unknown): number {
  if (typeof reply === 'number') return reply;
  return typeof reply === 'string' && reply.trim() !== '' ? Number(reply) : Number.NaN;
}

function listOf(reply: unknown, command: string): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new MalformedReplyError(`${command}: expected a list, got ${typeof reply}`);
}

function blobOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}
