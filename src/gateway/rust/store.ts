import type { Document, Metadata } from '../../corpus/types.ts';
import type { GatewayHit } from '../hit.ts';
import {
  type ColumnType,
  columnParameter,
  columnsFor,
  OWN_COLUMNS,
  quoteIdentifier,
} from './columns.ts';
import { vectorParameter } from './protocol.ts';
import { SqlSession, type Statement } from './session.ts';
import { checkSqlFilter } from './sql-filter.ts';

const INT8_OID = 20;
const ROWS_PER_WRITE = 500;

interface Table {
  readonly name: string;
  columns: ReadonlyMap<string, ColumnType>;
  rowCount: number;
  indexed: boolean;
}

/** What a ranked query gave; `matches` is the number of rows the filter accepts, null without one. */
export interface RankedRows {
  readonly hits: readonly GatewayHit[];
  readonly matches: number | null;
}

/** Collections as tables: a typed column for each metadata field, the text and its unit vector. */
export class VectorTables {
  readonly #session: SqlSession;
  readonly #dimension: number;
  readonly #scanRows: number;
  readonly #tables = new Map<string, Table>();

  private constructor(session: SqlSession, dimension: number, scanRows: number) {
    this.#session = session;
    this.#dimension = dimension;
    this.#scanRows = scanRows;
  }

  /** An empty database; from `scanRows` rows on, a table is ranked through an HNSW index. */
  static async open(dimension: number, scanRows: number): Promise<VectorTables> {
    return new VectorTables(await SqlSession.open(), dimension, scanRows);
  }

  has(collection: string): boolean {
    return this.#tables.has(collection);
  }

  /**
   * Adds documents with their unit vectors, and the table where there is none; an id that exists is
   * replaced.
   * @throws ColumnError where metadata cannot become columns.
   * @throws SqlError where the database refuses a value, such as a text with a null byte.
   */
  async add(
    collection: string,
    documents: readonly Document[],
    vectors: readonly Float32Array[],
  ): Promise<void> {
    const known = this.#tables.get(collection);
    const columns = columnsFor(
      documents.map(({ metadata }) => metadata),
      known?.columns,
    );
    await this.#session.write(this.#definition(collection, known, columns));
    const table = known ?? { name: collection, columns, rowCount: 0, indexed: false };
    table.columns = columns;
    this.#tables.set(collection, table);
    const fields = [...columns.keys()];
    for (let from = 0; from < documents.length; from += ROWS_PER_WRITE) {
      await this.#session.writeRows(
        insertStatement(collection, fields),
        documents
          .slice(from, from + ROWS_PER_WRITE)
          .map((document, i) => [
            document.id,
            document.text,
            JSON.stringify(document.metadata),
            vectorParameter(vectors[from + i] ?? new Float32Array(this.#dimension)),
            ...fields.map((field) => columnParameter(document.metadata[field])),
          ]),
      );
    }
    await this.#settle(table);
  }

  /**
   * The k rows nearest to a unit vector, nearest first, ties by id.
   * @throws SqlFilterError | SqlError where the filter is refused.
   */
  async rank(
    collection: string,
    vector: Float32Array,
    k: number,
    sqlFilter: string | null,
  ): Promise<RankedRows> {
    const name = tableName(collection);
    const typeOids = [this.#session.vectorOid, INT8_OID];
    const parameters = [vectorParameter(vector), String(k)];
    const ranked = (where: string): Statement => ({
      sql:
        'SELECT doc_id, -(embedding <#> $1), chunk_text, doc_metadata ' +
        `FROM ${name}${where} ORDER BY embedding <#> $1, doc_id LIMIT $2`,
      typeOids,
      parameters,
    });
    if (sqlFilter === null) {
      return {
        hits: asHits(collection, await this.#session.queryPlanned(ranked(''))),
        matches: null,
      };
    }
    checkSqlFilter(sqlFilter);
    const where = ` WHERE (${sqlFilter}\n)`;
    const [rows = [], counted = []] = await this.#session.queryOnce([
      ranked(where),
      { sql: `SELECT count(*) FROM ${name}${where}`, typeOids: [], parameters: [] },
    ]);
    return { hits: asHits(collection, rows), matches: Number(counted[0]?.[0] ?? 0) };
  }

  /** The database under the tables, for statements of its own. */
  get session(): SqlSession {
    return this.#session;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #definition(
    collection: string,
    known: Table | undefined,
    columns: ReadonlyMap<string, ColumnType>,
  ): string {
    const name = tableName(collection);
    const statements: string[] = [];
    if (known === undefined) {
      statements.push(
        `CREATE TABLE ${name} (doc_id text PRIMARY KEY, chunk_text text NOT NULL, ` +
          `doc_metadata json NOT NULL, embedding vector(${this.#dimension}) NOT NULL)`,
      );
      // Out of line, as vectors are kept by default, a scan looks each one up.
      if (this.#dimension <= 1600) {
        statements.push(`ALTER TABLE ${name} ALTER COLUMN embedding SET STORAGE PLAIN`);
      }
    }
    for (const [field, type] of columns) {
      const before = known?.columns.get(field);
      const column = quoteIdentifier(field);
      if (before === undefined) statements.push(`ALTER TABLE ${name} ADD COLUMN ${column} ${type}`);
      else if (before !== type) {
        statements.push(`ALTER TABLE ${name} ALTER COLUMN ${column} TYPE ${type}`);
      }
    }
    return statements.join('; ');
  }

  async #settle(table: Table): Promise<void> {
    const name = tableName(table.name);
    const [counted] = await this.#session.queryPlanned({
      sql: `SELECT count(*) FROM ${name}`,
      typeOids: [],
      parameters: [],
    });
    table.rowCount = Number(counted?.[0] ?? 0);
    if (table.rowCount >= this.#scanRows && !table.indexed) {
      await this.#session.write(
        `CREATE INDEX ON ${name} USING hnsw (embedding vector_ip_ops) WITH (m = 16, ef_construction = 100)`,
      );
      table.indexed = true;
    }
    await this.#session.write(`ANALYZE ${name}`);
  }
}

function tableName(collection: string): string {
  return `public.${quoteIdentifier(collection)}`;
}

function insertStatement(collection: string, fields: readonly string[]): string {
  const columns = [...OWN_COLUMNS, ...fields].map(quoteIdentifier);
  const values = columns.map((_, i) => `$${i + 1}`);
  const replaced = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  return (
    `INSERT INTO ${tableName(collection)} (${columns.join(', ')}) VALUES (${values.join(', ')}) ` +
    `ON CONFLICT (doc_id) DO UPDATE SET ${replaced.join(', ')}`
  );
}

function asHits(
  collection: string,
  rows: readonly (readonly (string | null)[])[],
): readonly GatewayHit[] {
  return rows.map(([id, score, text, metadata]) => ({
    id: id ?? '',
    collection,
    score: Number(score),
    text: text ?? '',
    metadata: JSON.parse(metadata ?? '{}') as Metadata,
  }));
}
