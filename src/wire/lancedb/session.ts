import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import type { DriverSession, VectorQuery } from '../driver/driver.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import type { CollectionInfo, Distance, IngestRequest } from '../operations.ts';
import { emptySql, lanceFilter, storedColumns, textSql } from './columns.ts';
import type { LanceConnection, LanceLibrary, LanceQuery, LanceTable } from './library.ts';

/** How a table of LanceDB is searched, and how `ingest` makes it where it is not there. */
export interface LanceOptions {
  /** Table of a collection; `{collection}` stands for its name. */
  readonly table: string;
  readonly distance: 'cosine' | 'dot' | 'euclidean';
  /** What `ingest` builds; LanceDB needs 256 rows for `ivf_pq`. */
  readonly index: 'none' | 'ivf_flat' | 'ivf_pq' | 'hnsw_sq';
  /** Partitions of the index that `ingest` builds; LanceDB's default depends on the rows. */
  readonly partitions?: number;
  /** `nprobes`, or `ef` of `hnsw_sq`, of a search that names none. */
  readonly effort?: number;
  /** So many times k rows are compared again by their stored vectors. */
  readonly refineFactor?: number;
  /** Search every row without the index, whatever a request says. */
  readonly exact: boolean;
}

const TYPE = { cosine: 'cosine', dot: 'dot', euclidean: 'l2' } as const;
const DISTANCE: Readonly<Record<string, Distance>> = {
  cosine: 'cosine',
  dot: 'dot',
  l2: 'euclidean',
};

/** A table with the names of its columns. */
interface OpenTable {
  readonly table: LanceTable;
  readonly columns: Set<string>;
  /** Ids of all of its rows, of a table that was empty when it was opened; null of others. */
  readonly ids: Set<string> | null;
}

/**
 * A session of LanceDB in an open folder.
 * @param indexBytesOf bytes of the indexes of a table; null where there are none
 */
export function lanceSession(
  library: LanceLibrary,
  connection: LanceConnection,
  options: LanceOptions,
  indexBytesOf: (table: string) => Promise<number | null>,
): DriverSession {
  const tables = new Map<string, OpenTable>();
  const nameOf = (collection: string) => options.table.replaceAll('{collection}', collection);
  const find = async (collection: string): Promise<OpenTable | null> => {
    const name = nameOf(collection);
    const known = tables.get(name);
    if (known !== undefined) return known;
    if (!(await connection.tableNames()).includes(name)) return null;
    const table = await connection.openTable(name);
    const { fields } = await table.schema();
    const isEmpty = (await table.countRows()) === 0;
    const columns = new Set(fields.map((field) => field.name));
    const found = { table, columns, ids: isEmpty ? new Set<string>() : null };
    tables.set(name, found);
    return found;
  };
  const must = async (collection: string): Promise<OpenTable> => {
    const found = await find(collection);
    if (found === null) throw new Error(`no table ${nameOf(collection)}`);
    return found;
  };
  return {
    health: async () => {
      await connection.tableNames();
      return { service: 'lancedb', version: LANCEDB };
    },
    describe: async (collection) => ({
      ...(await describe(await find(collection), options)),
      indexBytes: await indexBytesOf(nameOf(collection)),
    }),
    search: async (query) => search(await must(query.collection), query, options),
    list: async ({ collection, limit, cursor = '0', vectors }) => {
      const { table } = await must(collection);
      const columns = ['id', 'metadata', ...(vectors ? ['vector'] : [])];
      const from = Number(cursor);
      const query = table.query().select(columns).limit(limit).offset(from);
      const documents = (await query.toArray()).map((row) => {
        const metadata = toMetadata(JSON.parse(String(row.metadata)));
        return {
          id: idText(row.id, 'id'),
          ...(metadata === undefined ? {} : { metadata }),
          ...(vectors ? { vector: Float32Array.from(row.vector as Iterable<number>) } : {}),
        };
      });
      const isLast = documents.length < limit;
      return { documents, cursor: isLast ? null : String(from + limit) };
    },
    ingest: async (request) => {
      const rows = rowsOf(request);
      const [first] = rows;
      if (first === undefined) return 0;
      if ((await find(request.collection)) === null) {
        // Types are told from the first row, which lacks fields: those columns are added with their types.
        const { id, vector, metadata } = first;
        const name = nameOf(request.collection);
        const table = await connection.createTable(name, [{ id, vector, metadata }]);
        await table.delete('true');
      }
      await put(await must(request.collection), rows);
      if (request.isLast === true) {
        await buildIndex(library, (await must(request.collection)).table, options);
      }
      return rows.length;
    },
    close: async () => connection.close(),
  };
}

/** The version that this was written against; the library does not say its own. */
const LANCEDB = '@lancedb/lancedb 0.31.0';

async function search(
  { table, columns }: OpenTable,
  { vector, k, filter, effort, exact }: VectorQuery,
  options: LanceOptions,
) {
  let query: LanceQuery = table.vectorSearch(vector).distanceType(TYPE[options.distance]);
  const condition = filter === null ? null : lanceFilter(filter, (name) => columns.has(name));
  if (condition !== null) query = query.where(condition);
  const searched = effort ?? options.effort;
  if (exact || options.exact) query = query.bypassVectorIndex();
  else {
    if (searched !== undefined) {
      query = options.index === 'hnsw_sq' ? query.ef(searched) : query.nprobes(searched);
    }
    if (options.refineFactor !== undefined) query = query.refineFactor(options.refineFactor);
  }
  const rows = await query.select(['id', '_distance']).limit(k).toArray();
  return rows.map(({ id, _distance }) => {
    if (typeof _distance !== 'number') throw new MalformedReplyError('a row without _distance');
    const similarity = options.distance === 'euclidean' ? -Math.sqrt(_distance) : 1 - _distance;
    return { id: idText(id, 'id'), similarity, rawScore: _distance };
  });
}

async function describe(found: OpenTable | null, options: LanceOptions): Promise<CollectionInfo> {
  const base = {
    count: 0,
    indexedCount: null,
    dimension: null,
    distance: options.distance as Distance,
    index: null,
    quantisation: null,
    parameters: {},
    serverVersion: LANCEDB,
  };
  if (found === null) return { ...base, exists: false };
  const { table } = found;
  const { fields } = await table.schema();
  const dimension = fields.find(({ name }) => name === 'vector')?.type.listSize ?? null;
  const index = (await table.listIndices()).find(({ columns }) => columns.includes('vector'));
  const stats = index === undefined ? undefined : await table.indexStats(index.name);
  const kind = index?.indexType.toLowerCase().replace(/([a-z])(pq|sq|flat)$/, '$1_$2') ?? 'flat';
  const quantisation = quantisationOf(kind);
  return {
    ...base,
    count: await table.countRows(),
    indexedCount: stats?.numIndexedRows ?? null,
    dimension,
    distance: DISTANCE[stats?.distanceType ?? ''] ?? options.distance,
    index: kind,
    // The kind of index is named by the caller.
    quantisationAsked: quantisation === quantisationOf(options.index),
    quantisation,
    exactAsked: options.exact,
  };
}

function quantisationOf(index: string): string {
  if (index.includes('pq')) return 'pq';
  return index.includes('sq') ? 'int8' : 'none';
}

function rowsOf({ documents }: IngestRequest): Record<string, unknown>[] {
  const names = new Set<string>();
  const rows = documents.map(({ id, vector, metadata }) => {
    if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
    const columns = storedColumns(metadata);
    for (const name of Object.keys(columns)) names.add(name);
    return { id, vector: Array.from(vector), metadata: JSON.stringify(metadata), ...columns };
  });
  // Every row has every column, so that each column is told from its values.
  const empty = Object.fromEntries([...names].map((name) => [name, null]));
  return rows.map((row) => ({ ...empty, ...row }));
}

async function put(found: OpenTable, rows: Record<string, unknown>[]): Promise<void> {
  const { table, columns } = found;
  const names = Object.keys(rows[0] ?? {});
  const added = names.filter((name) => !columns.has(name));
  if (added.length > 0) {
    await table.addColumns(added.map((name) => ({ name, valueSql: emptySql(name) })));
    for (const name of added) columns.add(name);
  }
  const empty = Object.fromEntries([...columns].map((name) => [name, null]));
  const ids = rows.map(({ id }) => String(id));
  // A merge fails where a column has no value in any of the rows: what is replaced is removed first. That reads all
  // rows, so it is left out where none of them is replaced.
  if (found.ids === null || ids.some((id) => found.ids?.has(id))) {
    await table.delete(`id IN (${ids.map(textSql).join(', ')})`);
  }
  await table.add(rows.map((row) => ({ ...empty, ...row })));
  for (const id of ids) found.ids?.add(id);
}

async function buildIndex(
  { Index }: LanceLibrary,
  table: LanceTable,
  { index, distance, partitions }: LanceOptions,
): Promise<void> {
  // One file in place of one for each batch: every search would look into all of them.
  await table.optimize();
  if (index === 'none') return;
  const make = { ivf_flat: Index.ivfFlat, ivf_pq: Index.ivfPq, hnsw_sq: Index.hnswSq }[index];
  const given = partitions === undefined ? {} : { numPartitions: partitions };
  await table.createIndex('vector', {
    config: make({ distanceType: TYPE[distance], ...given }),
    replace: true,
  });
  await table.optimize();
}
