import type { CollectionInfo, Distance } from '../operations.ts';
import type { SqlConnection, SqlRow } from './connections.ts';
import type { PgvectorTable } from './options.ts';
import { quoted, tableOf, vectorOfText } from './sql.ts';
import { searchSql } from './statements.ts';

const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosine_ops: 'cosine',
  ip_ops: 'dot',
  l2_ops: 'euclidean',
  l1_ops: 'manhattan',
};

/** What the table and its index say of themselves, and which plan a search gets under the connection's settings. */
export async function describeTable(
  connection: SqlConnection,
  table: PgvectorTable,
  collection: string,
): Promise<CollectionInfo> {
  const name = tableOf(table, collection);
  const serverVersion = await serverVersionOf(connection);
  const [found] = await connection.query('SELECT to_regclass($1::text) IS NOT NULL AS exists', [
    name,
  ]);
  const base = {
    count: 0,
    indexedCount: null,
    dimension: null,
    distance: table.distance,
    index: null,
    quantisation: table.type === 'halfvec' ? 'float16' : 'none',
    quantisationAsked: table.type === 'halfvec',
    exactAsked: table.exact,
    parameters: {},
    serverVersion,
  };
  if (found?.exists !== true) return { ...base, exists: false };
  const vector = quoted(table.vectorColumn);
  const norm = table.type === 'halfvec' ? 'l2_norm' : 'vector_norm';
  const indexable =
    table.distance === 'cosine' ? `${norm}(${vector}) > 0` : `${vector} IS NOT NULL`;
  const [counts] = await connection.query(
    `SELECT count(*)::int AS count, (count(*) FILTER (WHERE ${indexable}))::int AS indexable,` +
      ` max(vector_dims(${vector})) AS dimension,` +
      ` (SELECT ${vector}::text FROM ${name} WHERE ${vector} IS NOT NULL LIMIT 1) AS first FROM ${name}`,
  );
  const [index] = await connection.query(INDEX_SQL, [name, table.vectorColumn]);
  const first = typeof counts?.first === 'string' ? counts.first : null;
  const plan = first === null ? null : await planOf(connection, table, collection, first);
  return {
    ...base,
    count: numberOf(counts?.count),
    indexedCount: index === undefined ? null : numberOf(counts?.indexable),
    dimension: numberOf(counts?.dimension),
    distance: DISTANCE_OF[String(index?.operators).replace(/^[a-z]+?_/, '')] ?? table.distance,
    index: index === undefined ? 'flat' : String(index.method),
    indexBytes: index === undefined ? null : numberOf(index.bytes),
    parameters: {
      ...parametersOf(index),
      ...Object.fromEntries(connection.settings),
      ...(plan === null ? {} : { plan }),
    },
  };
}

/** e.g. `PostgreSQL 17.6, pgvector 0.8.0`. */
export async function serverVersionOf(connection: SqlConnection): Promise<string> {
  const [row] = await connection.query(
    "SELECT current_setting('server_version') AS server," +
      " (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS extension",
  );
  return `PostgreSQL ${String(row?.server).split(' ')[0]}, pgvector ${row?.extension ?? 'not installed'}`;
}

/** The newest index of the column; else one over an expression, which no search uses: its plan shows that. */
const INDEX_SQL = `
  SELECT c.relname AS name, pg_relation_size(c.oid)::float8 AS bytes, a.amname AS method, o.opcname AS operators, c.reloptions AS options, i.indisvalid AS valid
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am a ON a.oid = c.relam
  JOIN pg_opclass o ON o.oid = i.indclass[0]
  LEFT JOIN pg_attribute t ON t.attrelid = i.indrelid AND t.attnum = i.indkey[0]
  WHERE i.indrelid = to_regclass($1::text) AND a.amname IN ('hnsw', 'ivfflat')
    AND (t.attname = $2 OR i.indkey[0] = 0)
  ORDER BY i.indkey[0] = 0, c.oid DESC LIMIT 1`;

function parametersOf(index: SqlRow | undefined): Record<string, string | number | boolean> {
  if (index === undefined) return {};
  const defaults: Record<string, number> =
    index.method === 'hnsw' ? { m: 16, ef_construction: 64 } : { lists: 100 };
  const options = Array.isArray(index.options) ? index.options.map(String) : [];
  const given = options.map((option): [string, number] => {
    const [key = '', value = ''] = option.split('=');
    return [key, Number(value)];
  });
  return {
    index: String(index.name),
    valid: index.valid === true,
    ...defaults,
    ...Object.fromEntries(given),
  };
}

/** The node of the plan that reads the table, e.g. `Seq Scan` or `Index Scan using workers_embedding_idx`. */
async function planOf(
  connection: SqlConnection,
  table: PgvectorTable,
  collection: string,
  first: string,
): Promise<string> {
  const vector = vectorOfText(first);
  const { text, values } = searchSql(table, { collection, vector, k: 10, filter: null });
  const [row] = await connection.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
  const plan = row?.['QUERY PLAN'];
  const roots: unknown = typeof plan === 'string' ? JSON.parse(plan) : plan;
  let node = Array.isArray(roots) ? (roots[0] as { Plan?: PlanNode } | undefined)?.Plan : undefined;
  while (node?.Plans?.[0] !== undefined) node = node.Plans[0];
  const name = node?.['Index Name'];
  return `${node?.['Node Type'] ?? 'unknown'}${name === undefined ? '' : ` using ${name}`}`;
}

interface PlanNode {
  readonly 'Node Type'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
