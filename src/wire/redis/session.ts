import type { Metadata } from '../../corpus/types.ts';
import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import type { DriverSession, VectorQuery } from '../driver/driver.ts';
import { toMetadata } from '../json/hits.ts';
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
  return {
    health: async () => ({ service: 'redis', version: await versionOf(send) }),
    describe: (collection) => describeSet(send, keyOf(collection), set),
    search: async (query) => {
      const reply = await send(searchCommand(keyOf(query.collection), query, set));
      const flat = listOf(reply, 'VSIM');
      return Array.from({ length: flat.length / 2 }, (_, at) => {
        const rawScore = Number(flat[2 * at + 1]);
        return { id: String(flat[2 * at]), similarity: 2 * rawScore - 1, rawScore };
      });
    },
    list: async (request) => {
      const key = keyOf(request.collection);
      const all = request.cursor === undefined ? undefined : ids.get(key);
      const known = all ?? (await allIds(send, key));
      ids.set(key, known);
      return await listPage(send, key, known, request);
    },
    ingest: async ({ collection, documents }) => {
      const key = keyOf(collection);
      await Promise.all(documents.map((document) => send(addCommand(key, document, set))));
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
  const count = Number(info.get('size'));
  // A user may be denied the command, and nothing else depends on it.
  const sizeBytes = await send(['MEMORY', 'USAGE', key, 'SAMPLES', '0']).catch(() => null);
  const stored = String(info.get('quant-type'));
  return {
    ...base,
    count,
    indexedCount: count,
    dimension: Number(info.get('vector-dim')),
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
  const count = Number(await send(['VCARD', key]));
  if (count === 0) return [];
  const found = listOf(await send(['VRANDMEMBER', key, String(count)]), 'VRANDMEMBER');
  return found.map(String).toSorted();
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
        typeof attributes === 'string' ? toMetadata(JSON.parse(attributes)) : undefined;
      return {
        id,
        ...(metadata === undefined ? {} : { metadata }),
        ...(vector === null ? {} : { vector: Float32Array.from(listOf(vector, 'VEMB'), Number) }),
      };
    }),
  );
  return { documents, cursor: from + limit < ids.length ? String(from + limit) : null };
}

function listOf(reply: unknown, command: string): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new MalformedReplyError(`${command}: expected a list, got ${typeof reply}`);
}

function blobOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}
