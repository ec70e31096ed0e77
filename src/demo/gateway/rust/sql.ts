import { counted } from '../../../counted.ts';
import { RefusedRequest } from '../http.ts';
import { checkStatement } from '../sql/statement.ts';
import type { DescribedRows, SqlSession } from './session.ts';
import { SqlError } from './session.ts';

/** Names of PostgreSQL's types by OID, as `format_type` writes them. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [16, 'boolean'],
  [20, 'bigint'],
  [21, 'smallint'],
  [23, 'integer'],
  [25, 'text'],
  [114, 'json'],
  [700, 'real'],
  [701, 'double precision'],
  [1007, 'integer[]'],
  [1009, 'text[]'],
  [1042, 'character'],
  [1043, 'character varying'],
  [1082, 'date'],
  [1083, 'time'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [1186, 'interval'],
  [1700, 'numeric'],
  [3802, 'jsonb'],
]);

/** Written as a JSON number, digit for digit; decimals are strings, since they have no limit. */
const AS_NUMBER: ReadonlySet<number> = new Set([20, 21, 23, 700, 701]);

/**
 * Runs one statement and gives the JSON text of the answer: `{columns, rows: [{…}], row_count}`.
 * @throws RefusedRequest for a statement that is refused or wrong, or gives too many rows.
 */
export async function answerSql(
  session: SqlSession,
  sql: string,
  allowWrites: boolean,
  maxRows: number,
): Promise<string> {
  checkStatement(sql, allowWrites);
  const { columns, rows } = await asRefusal(() =>
    session.queryDescribed(sql, { allowWrites, maxRows: maxRows + 1 }),
  );
  if (rows.length > maxRows) {
    throw new RefusedRequest(400, `the statement gives more than ${counted(maxRows, 'row')}`);
  }
  const names = columns.map(({ name }) => JSON.stringify(name));
  const lines = rows.map(
    (row) =>
      `{${row.map((value, at) => `${names[at] ?? '""'}:${jsonOf(value, columns[at]?.typeOid ?? 0)}`).join(',')}}`,
  );
  const described = columns.map(({ name, typeOid }) => ({
    name,
    type: TYPES.get(typeOid) ?? `oid ${typeOid}`,
  }));
  return `{"columns":${JSON.stringify(described)},"rows":[${lines.join(',')}],"row_count":${rows.length}}`;
}

function jsonOf(value: string | null, typeOid: number): string {
  if (value === null) return 'null';
  if (typeOid === 16) return value === 't' ? 'true' : 'false';
  if (AS_NUMBER.has(typeOid) && Number.isFinite(Number(value))) return value;
  return JSON.stringify(value);
}

async function asRefusal(work: () => Promise<DescribedRows>): Promise<DescribedRows> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // A read-only transaction.
    if (error.sqlState === '25006') throw new RefusedRequest(403, error.message);
    // Faults of the database itself, and its shutdown; whatever else it reports answers the statement.
    if (/^(XX|57P)/.test(error.sqlState)) throw error;
    throw new RefusedRequest(400, error.message);
  }
}
