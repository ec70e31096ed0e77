import { BSON, type Document, ObjectId } from 'mongodb';
import { z } from 'zod';
import { type CommandName, commandOf } from './commands.ts';
import { listen } from './protocol.ts';
import { type IndexDefinition, Refused, vectorSearch } from './vector-search.ts';

/** A server of this process that stores documents and refuses what MongoDB's documentation does not allow. */
export interface StandIn {
  readonly port: number;
  /** Every command beside greetings, in order. */
  readonly received: readonly Document[];
  /** Why each refused command was. */
  readonly refusals: readonly string[];
  readonly close: () => Promise<void>;
}

export interface StandInOptions {
  /** How often an index is looked at until it can be searched; default 2. */
  readonly looksUntilReady?: number;
  /** Hangs up at a command of this name. */
  readonly hangsUpAt?: string;
  /** Fails a command of this name, as MongoDB does when it is overloaded. */
  readonly failsAt?: string;
  /** What it says to whoever logs in: nobody may. */
  readonly loginRefusal?: string;
}

interface StoredIndex {
  readonly id: string;
  readonly definition: IndexDefinition;
  looks: number;
  /** What searches see: an index follows its collection. */
  rows: readonly Document[];
}

interface Stored {
  readonly documents: Map<string, Document>;
  readonly indexes: Map<string, StoredIndex>;
}

const HELLO = {
  helloOk: true,
  isWritablePrimary: true,
  setName: 'rs0',
  hosts: ['127.0.0.1:27017'],
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 27,
  ok: 1,
};
const FIRST_BATCH = 101;

/** Starts one on a free port. */
export async function standIn(options: StandInOptions = {}): Promise<StandIn> {
  const { looksUntilReady = 2 } = options;
  const received: Document[] = [];
  const refusals: string[] = [];
  const collections = new Map<string, Stored>();
  const cursors = new Map<number, Document[]>();
  let lastCursor = 0;

  const cursorOf = (rows: Document[], size = FIRST_BATCH, batch = 'firstBatch'): Document => {
    const rest = rows.slice(size);
    const id = rest.length === 0 ? 0 : ++lastCursor;
    if (id !== 0) cursors.set(id, rest);
    const cursor = { id: BSON.Long.fromNumber(id), ns: 'db.c', [batch]: rows.slice(0, size) };
    return { ok: 1, cursor };
  };
  const listIndexes = (stored: Stored | undefined, name: string | undefined): Document[] =>
    [...(stored?.indexes ?? [])].flatMap(([each, index]) => {
      if (name !== undefined && each !== name) return [];
      index.looks += 1;
      const isReady = index.looks > looksUntilReady;
      const all = [...(stored?.documents.values() ?? [])];
      // The first look at a finished index finds half of the rows.
      index.rows = !isReady
        ? []
        : all.slice(0, index.looks === looksUntilReady + 1 ? all.length / 2 : all.length);
      return {
        id: index.id,
        name: each,
        type: 'vectorSearch',
        status: isReady ? 'READY' : index.looks === 1 ? 'PENDING' : 'BUILDING',
        queryable: isReady,
        latestDefinition: index.definition,
      };
    });
  const searched = (stored: Stored | undefined, stage: Document): Document[] => {
    const index = stored?.indexes.get(String(stage.index));
    // An index that is not there is no error.
    if (index === undefined) return [];
    if (index.looks <= looksUntilReady) {
      throw new Refused(`cannot query vector index ${stage.index} while in state INITIAL_SYNC`);
    }
    return vectorSearch(stage, index.definition, index.rows).map(({ document, score }) => ({
      _id: document._id,
      score,
    }));
  };
  const aggregate = (stored: Stored | undefined, pipeline: readonly Document[]): Document[] => {
    const [first = {}, second = {}] = pipeline;
    const documents = [...(stored?.documents.values() ?? [])];
    if ('$listSearchIndexes' in first) return listIndexes(stored, first.$listSearchIndexes.name);
    if ('$vectorSearch' in first) {
      const rows = searched(stored, first.$vectorSearch);
      if (!('$count' in second)) return rows;
      return rows.length === 0 ? [] : [{ [second.$count]: rows.length }];
    }
    if ('$match' in first) return [{ _id: 1, n: documents.length }];
    const names = new Set(documents.flatMap(({ metadata }) => Object.keys(metadata)));
    return [...names].map((_id) => ({ _id }));
  };
  const carriedOut: Readonly<Record<CommandName, (command: Document) => Document>> = {
    buildInfo: () => ({ version: '8.2.1', ok: 1 }),
    endSessions: () => ({ ok: 1 }),
    listCollections: ({ filter }) =>
      cursorOf(collections.has(filter.name) ? [{ name: filter.name, type: 'collection' }] : []),
    aggregate: ({ aggregate: name, pipeline, cursor }) =>
      cursorOf(aggregate(collections.get(name), pipeline), cursor.batchSize),
    find: ({ find: name, projection, min, limit }) => {
      const all = [...(collections.get(name)?.documents.values() ?? [])].toSorted(byId);
      const from = min === undefined ? all : all.filter((row) => byId(row, min) >= 0);
      const rows = from.slice(0, limit).map((row) => ({
        _id: row._id,
        ...(projection.metadata === 1 ? { metadata: row.metadata } : {}),
        ...(projection.embedding === 1 ? { embedding: row.embedding } : {}),
      }));
      return cursorOf(rows);
    },
    getMore: ({ getMore }) => {
      const rest = cursors.get(Number(getMore)) ?? [];
      cursors.delete(Number(getMore));
      return cursorOf(rest, rest.length, 'nextBatch');
    },
    update: ({ update: name, updates }) => {
      const stored = collections.get(name) ?? { documents: new Map(), indexes: new Map() };
      collections.set(name, stored);
      for (const { q, u } of updates) stored.documents.set(q._id, u);
      return { ok: 1, n: updates.length, nModified: 0 };
    },
    createSearchIndexes: ({ createSearchIndexes: name, indexes }) => {
      const stored = collections.get(name);
      if (stored === undefined) throw new Refused(`Collection 'db.${name}' does not exist.`);
      return {
        ok: 1,
        indexesCreated: indexes.map((index: { name: string; definition: IndexDefinition }) => {
          const id = new ObjectId().toHexString();
          stored.indexes.set(index.name, { id, definition: index.definition, looks: 0, rows: [] });
          return { id, name: index.name };
        }),
      };
    },
  };
  const { port, close } = await listen((command) => {
    const [name = ''] = Object.keys(command);
    if (/^(hello|is_?master)$/i.test(name)) return HELLO;
    if (name === 'saslStart') {
      return {
        ok: 0,
        code: 18,
        codeName: 'AuthenticationFailed',
        errmsg: options.loginRefusal ?? 'Authentication failed.',
      };
    }
    received.push(command);
    if (name === options.hangsUpAt) return null;
    if (name === options.failsAt) {
      const errorLabels = ['SystemOverloadedError', 'RetryableError'];
      return {
        ok: 0,
        code: 462,
        codeName: 'IngressRequestRateLimitExceeded',
        errmsg: 'busy',
        errorLabels,
      };
    }
    try {
      return carriedOut[commandOf(command)](command);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof z.ZodError)) throw error;
      const errmsg =
        error instanceof Refused ? error.message : `${name}: ${z.prettifyError(error)}`;
      refusals.push(errmsg);
      return { ok: 0, code: 9, codeName: 'FailedToParse', errmsg };
    }
  });
  return { port, received, refusals, close };
}

function byId(a: Document, b: Document): number {
  return Buffer.compare(Buffer.from(String(a._id)), Buffer.from(String(b._id)));
}
