import type { Collection, Document, MongoClient } from 'mongodb';
import { MalformedReplyError } from '../dialect.ts';
import type { DriverSession } from '../driver/driver.ts';
import type { CollectionInfo, ListRequest, ListResponse } from '../operations.ts';
import { boundedRows } from './bounded-rows.ts';
import type { MongodbCollection } from './options.ts';
import { listedDocument, mongoIdText, storedDocument } from './rows.ts';
import { findSearchIndex, makeSearchIndex, type SearchIndex } from './search-index.ts';
import { SIMILARITY, searchStages } from './search-stage.ts';
import { PATIENCE, type Patience, untilVisible, visibleRows } from './visible.ts';

/** The driver, a client of it, and what it is used for. */
export interface MongodbOpened {
  readonly library: typeof import('mongodb');
  readonly client: MongoClient;
  readonly database: string;
  readonly options: MongodbCollection;
  readonly patience?: Patience;
}

/** A session of MongoDB over one client. */
export function mongodbSession(opened: MongodbOpened): DriverSession {
  const { library, client, options, patience = PATIENCE } = opened;
  const database = client.db(opened.database);
  const nameOf = (name: string) => options.collection.replaceAll('{collection}', name);
  const of = (name: string): Collection => database.collection(nameOf(name));
  const searched = new Map<string, SearchIndex>();
  // A search by an index that is not there, or not built yet, may answer with an empty list and no error.
  const mustSearch = async (name: string, signal: AbortSignal): Promise<SearchIndex> => {
    const known = searched.get(name);
    if (known !== undefined) return known;
    const found = await findSearchIndex(of(name), options, signal);
    if (found === null) throw new Error(`${nameOf(name)} has no search index ${options.index}`);
    if (!found.isQueryable) {
      throw new Error(`search index ${options.index} of ${nameOf(name)} is ${found.status}`);
    }
    searched.set(name, found);
    return found;
  };
  const versionOf = async (): Promise<string> => {
    const { version } = await database.command({ buildInfo: 1 });
    return `MongoDB ${version}`;
  };
  return {
    health: async () => ({ service: 'mongodb', version: await versionOf() }),
    describe: async (name, signal) => {
      const serverVersion = await versionOf();
      const named = { name: nameOf(name) };
      const there = database.listCollections(named, { nameOnly: true, signal });
      if ((await boundedRows(there, 1)).length === 0) {
        return { ...absent(options), serverVersion };
      }
      return { ...(await describeCollection(of(name), options, signal)), serverVersion };
    },
    search: async (query, signal) => {
      const index = await mustSearch(query.collection, signal);
      const stages = searchStages(query, options, index);
      // One row more than there can be: the answer is whole in one batch.
      const cursor = of(query.collection).aggregate(stages, { signal, batchSize: query.k + 1 });
      const rows = await boundedRows(cursor, query.k);
      return rows.map(({ [options.idField]: id, score }) => {
        if (id === undefined) throw new MalformedReplyError(`a row without ${options.idField}`);
        const rawScore = typeof score === 'number' ? score : Number.NaN;
        return {
          id: mongoIdText(id, library),
          similarity: SIMILARITY[index.distance](rawScore),
          rawScore,
        };
      });
    },
    list: async (request, signal) => list(of(request.collection), request, opened, signal),
    ingest: async ({ collection: name, documents, isLast = false }, signal) => {
      const replaced = documents.map((document) => storedDocument(document, library, options));
      if (replaced.length > 0) {
        const writes = replaced.map((replacement) => ({
          replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
        }));
        await of(name).bulkWrite(writes, { ordered: false });
      }
      const dimension = documents[0]?.vector?.length;
      if (isLast && dimension !== undefined) {
        if ((await findSearchIndex(of(name), options, signal)) === null) {
          await makeSearchIndex(of(name), options, dimension);
        }
        await untilVisible(of(name), options, patience, signal);
      }
      return documents.length;
    },
    close: () => client.close(),
  };
}

const NONE = { count: 0, indexedCount: null, dimension: null, index: null, quantisation: null };

function absent({ distance }: MongodbCollection): Omit<CollectionInfo, 'serverVersion'> {
  return { ...NONE, distance, parameters: {}, exists: false };
}

const QUANTISATION: Readonly<Record<string, string>> = { scalar: 'int8' };

async function describeCollection(
  collection: Collection,
  options: MongodbCollection,
  signal: AbortSignal,
): Promise<Omit<CollectionInfo, 'serverVersion'>> {
  const count = await collection.countDocuments({}, { signal } as object);
  const index = await findSearchIndex(collection, options, signal);
  if (index === null) return { ...NONE, count, distance: options.distance, parameters: {} };
  const { status, isQueryable, dimension, distance, quantisation, method, filters } = index;
  const { maxEdges, numEdgeCandidates } = index;
  return {
    count,
    indexedCount: isQueryable ? await visibleRows(collection, options, index, count, signal) : null,
    dimension,
    distance,
    index: method,
    quantisation: QUANTISATION[quantisation] ?? quantisation,
    quantisationAsked: options.isAsked && options.quantisation === quantisation,
    exactAsked: options.exact,
    parameters: {
      index: options.index,
      status,
      filters: filters.join(', '),
      ...(maxEdges === null ? {} : { maxEdges }),
      ...(numEdgeCandidates === null ? {} : { numEdgeCandidates }),
      ...(options.effort === undefined ? {} : { numCandidates: options.effort }),
    },
  };
}

/** One page in the order of `_id`, whose values may be of several types: `$gt` would end at the first of them. */
async function list(
  collection: Collection,
  { limit, cursor, vectors }: ListRequest,
  { library, options }: MongodbOpened,
  signal: AbortSignal,
): Promise<ListResponse> {
  const { EJSON } = library.BSON;
  const { idField, vectorField, metadataField } = options;
  const whole = vectors ? {} : { [vectorField]: 0 };
  const some = { [idField]: 1, [metadataField]: 1, ...(vectors ? { [vectorField]: 1 } : {}) };
  const found = collection
    .find({}, { projection: metadataField === '' ? whole : some, signal })
    .sort({ _id: 1 })
    .limit(limit + 1);
  const after =
    cursor === undefined
      ? found
      : found.hint({ _id: 1 }).min({ _id: EJSON.parse(cursor, { relaxed: false }).at });
  const rows: Document[] = await boundedRows(after, limit + 1);
  // `min` is inclusive: the last document of the page before comes again.
  const isSeen = ({ _id }: Document) => EJSON.stringify({ at: _id }, { relaxed: false }) === cursor;
  const fresh = rows.filter((row) => !isSeen(row)).slice(0, limit);
  const last = fresh.at(-1);
  return {
    documents: fresh.map((row) => listedDocument(row, library, options, vectors)),
    cursor:
      last === undefined || rows.length <= limit
        ? null
        : EJSON.stringify({ at: last._id }, { relaxed: false }),
  };
}
