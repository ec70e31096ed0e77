import type { CollectionInfo } from '../operations.ts';
import { distanceSql, type MariadbTable, quoted, type Run, tableOf } from './table.ts';

/** What the table and its index say of themselves. */
export async function describeTable(
  run: Run,
  table: MariadbTable,
  collection: string,
): Promise<CollectionInfo> {
  const serverVersion = await versionOf(run);
  const base = {
    count: 0,
    indexedCount: null,
    dimension: null,
    distance: table.distance,
    index: null,
    quantisation: null,
    exactAsked: table.exact,
    parameters: {},
    serverVersion,
  };
  const where = 'table_schema = DATABASE() AND table_name = ?';
  const name = tableOf(table, collection);
  const columns = `SELECT column_type AS type FROM information_schema.columns WHERE ${where} AND column_name = 'embedding'`;
  const [column] = await run(columns, [name]);
  if (column === undefined) return { ...base, exists: false };
  const [counted] = await run(`SELECT COUNT(*) AS count FROM ${quoted(name)}`);
  const [made] = await run(`SHOW CREATE TABLE ${quoted(name)}`);
  const definition = /VECTOR KEY .*/.exec(String(made?.['Create Table']))?.[0] ?? null;
  const m = /`?M`?=(\d+)/i.exec(definition ?? '')?.[1];
  const plan = definition === null ? null : await planOf(run, table, name);
  return {
    ...base,
    count: Number(counted?.count),
    dimension: Number(/\d+/.exec(String(column.type))?.[0]),
    index: definition === null ? 'flat' : 'mhnsw',
    parameters: {
      ...(definition === null ? {} : { M: m === undefined ? 6 : Number(m) }),
      ...(table.effort === undefined ? {} : { mhnsw_ef_search: table.effort }),
      ...(plan === null ? {} : { plan }),
    },
  };
}

/**
 * How a search reads the table, as EXPLAIN says it: `index embedding`, or `ALL` where the index is not used, as one of
 * another distance is not. Null of an empty table.
 */
async function planOf(run: Run, table: MariadbTable, name: string): Promise<string | null> {
  const [first] = await run(`SELECT embedding FROM ${quoted(name)} LIMIT 1`);
  if (first === undefined) return null;
  const nearest = `SELECT id FROM ${quoted(name)} ORDER BY ${distanceSql(table)} LIMIT 10`;
  const [row] = await run(`EXPLAIN ${nearest}`, [first.embedding]);
  return [row?.type ?? 'unknown', ...(row?.key == null ? [] : [row.key])].join(' ');
}

/** e.g. `MariaDB 11.8.9-MariaDB`. */
export async function versionOf(run: Run): Promise<string> {
  const [row] = await run('SELECT VERSION() AS version');
  return `MariaDB ${row?.version}`;
}
