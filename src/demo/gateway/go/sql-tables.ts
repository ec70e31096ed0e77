import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Document, MetadataValue } from '../../../corpus/types.ts';
import { RefusedRequest } from '../http.ts';
import { checkStatement } from '../sql/statement.ts';

/** What a statement over a copy may make SQLite hold. */
const MOST_HEAP_BYTES = 256 * 1024 * 1024;
const READ_ONLY = 8;
/** Generic error, out of memory, too large a value, constraint, mismatch, range: the statement is at fault. */
const FAULTS_OF_THE_STATEMENT: ReadonlySet<number> = new Set([1, 7, 18, 19, 20, 25]);

type ColumnType = 'TEXT' | 'INTEGER' | 'REAL' | 'BOOLEAN';

/** Collections as relational tables in SQLite, in memory, apart from everything else the gateway keeps. */
export class SqlTables {
  readonly #db: DatabaseSync;
  readonly #columns = new Map<string, Map<string, ColumnType>>();
  readonly #allowWrites: boolean;
  readonly #maxRows: number;

  constructor(allowWrites: boolean, maxRows: number, db = new DatabaseSync(':memory:')) {
    this.#db = db;
    this.#allowWrites = allowWrites;
    this.#maxRows = maxRows;
    // As in standard SQL.
    this.#db.exec('PRAGMA case_sensitive_like = ON');
  }

  /** The tables of a file that `copyTo` wrote, to be read alone. */
  static ofCopy(file: string, maxRows: number): SqlTables {
    const db = new DatabaseSync(file, { readOnly: true });
    db.exec(`PRAGMA hard_heap_limit = ${MOST_HEAP_BYTES}`);
    return new SqlTables(false, maxRows, db);
  }

  /** Writes all tables to a file that does not exist yet. */
  copyTo(file: string): void {
    this.#db.exec('PRAGMA query_only = OFF');
    this.#db.prepare('VACUUM INTO ?').run(file);
  }

  /** Adds documents as rows, with a column for each metadata field; an id that exists is replaced. */
  add(collection: string, documents: readonly Pick<Document, 'id' | 'text' | 'metadata'>[]): void {
    const name = quoted(collection);
    let columns = this.#columns.get(collection);
    this.#db.exec('PRAGMA query_only = OFF; BEGIN');
    try {
      if (columns === undefined) {
        columns = new Map();
        this.#db.exec(`CREATE TABLE ${name} (doc_id TEXT PRIMARY KEY, chunk_text TEXT NOT NULL)`);
      }
      for (const [field, type] of newColumns(documents, columns)) {
        this.#db.exec(`ALTER TABLE ${name} ADD COLUMN ${quoted(field)} ${type}`);
        columns.set(field, type);
      }
      const fields = [...columns.keys()];
      const all = ['doc_id', 'chunk_text', ...fields].map(quoted);
      const insert = this.#db.prepare(
        `INSERT OR REPLACE INTO ${name} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
      );
      for (const { id, text, metadata } of documents) {
        insert.run(id, text, ...fields.map((field) => stored(metadata[field])));
      }
      this.#db.exec('COMMIT');
      this.#columns.set(collection, columns);
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Runs one statement and gives the JSON text of the answer: `{columns, rows: [[…]], row_count}`.
   * @throws RefusedRequest for a statement that is refused or wrong, or gives too many rows.
   */
  answer(sql: string): string {
    checkStatement(sql, this.#allowWrites);
    this.#db.exec(`PRAGMA query_only = ${this.#allowWrites ? 'OFF' : 'ON'}`);
    try {
      return this.#run(this.#prepared(sql));
    } catch (error) {
      const code = (error as { errcode?: number }).errcode;
      if (code === undefined) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (code === READ_ONLY) throw new RefusedRequest(403, message);
      if (FAULTS_OF_THE_STATEMENT.has(code & 0xff)) throw new RefusedRequest(400, message);
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#db.prepare(sql);
    // SQLite compiles the first statement and says nothing of the rest.
    const rest = sql.slice(statement.sourceSQL.length).replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
    if (/[^\s;]/.test(rest)) {
      throw new RefusedRequest(400, 'cannot run multiple statements in one request');
    }
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    return statement;
  }

  #run(statement: StatementSync): string {
    const described = statement.columns();
    const rows: unknown[][] = [];
    for (const row of statement.iterate() as Iterable<unknown>) {
      if (rows.length === this.#maxRows) {
        throw new RefusedRequest(400, `the statement gives more than ${this.#maxRows} rows`);
      }
      rows.push(row as unknown[]);
    }
    const columns = described.map(({ name, type }, at) => ({
      name,
      type: (type ?? inferred(rows, at)).toLowerCase(),
    }));
    const lines = rows.map(
      (row) => `[${row.map((value, at) => jsonOf(value, columns[at]?.type ?? '')).join(',')}]`,
    );
    return `{"columns":${JSON.stringify(columns)},"rows":[${lines.join(',')}],"row_count":${rows.length}}`;
  }
}

/** SQLite declares no type for an expression: that of its values stands for it. */
function inferred(rows: readonly (readonly unknown[])[], at: number): string {
  const types = new Set(
    rows
      .map((row) => row[at])
      .filter((value) => value !== null)
      .map(typeName),
  );
  if (types.size === 1) return [...types][0] ?? 'any';
  return types.size === 2 && types.has('integer') && types.has('real') ? 'real' : 'any';
}

function typeName(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return 'integer';
    case 'number':
      return 'real';
    case 'string':
      return 'text';
    default:
      return 'blob';
  }
}

function jsonOf(value: unknown, type: string): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') {
    return type === 'boolean' ? String(value !== 0n) : value.toString();
  }
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  return JSON.stringify(value);
}

function newColumns(
  documents: readonly Pick<Document, 'metadata'>[],
  known: ReadonlyMap<string, ColumnType>,
): Map<string, ColumnType> {
  const added = new Map<string, ColumnType>();
  // SQLite compares names without regard to case.
  const taken = new Set(
    ['doc_id', 'chunk_text', ...known.keys()].map((name) => name.toLowerCase()),
  );
  for (const { metadata } of documents) {
    for (const [field, value] of Object.entries(metadata)) {
      if (value === null) continue;
      const before = added.get(field);
      if (before === undefined && taken.has(field.toLowerCase())) continue;
      taken.add(field.toLowerCase());
      const type = typeOf(value);
      added.set(field, before === 'REAL' && type === 'INTEGER' ? 'REAL' : type);
    }
  }
  return added;
}

function typeOf(value: Exclude<MetadataValue, null>): ColumnType {
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value !== 'number') return 'TEXT';
  return Number.isSafeInteger(value) ? 'INTEGER' : 'REAL';
}

function stored(value: MetadataValue | undefined): string | number | bigint | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
