import type { Document, Metadata } from '../../../corpus/types.ts';
import type { IndexSettings, SearchPlan } from '../faults/types.ts';
import type { GatewayHit } from '../hit.ts';
import { unitVector } from '../vectors.ts';
import {
  type ColumnType,
  columnParameter,
  columnsFor,
  OWN_COLUMNS,
  quoteIdentifier,
} from './columns.ts';
import { vectorParameter } from './protocol.ts';
import {
  countStatement,
  DEFAULT_EF_SEARCH,
  indexDefinition,
  rankedStatement,
  searchWidthStatement,
} from './ranking.ts';
import { SqlSession } from './session.ts';
import { checkSqlFilter } from './sql-filter.ts';

const ROWS_PER_WRITE = 500;

interface Table {
  readonly name: string;
  columns: ReadonlyMap<string, ColumnType>;
  rowCount: number;
  indexed: boolean;
  readonly settings: IndexSettings;
}

/** How tables are kept: the settings of each one's index, and its fields as filters see them. */
export interface TableOptions {
  readonly dimension: number;
  readonly settings: (collection: string) => IndexSettings;
  readonly fields: (fields: Metadata, collection: string, id: string) => Metadata;
}

/** What a ranked query gave; `matches` is the number of rows the filter accepts, null without one. */
export interface RankedRows {
  readonly hits: readonly GatewayHit[];
  readonly matches: number | null;
}

/** Collections as tables: a typed column for each metadata field, the text and its unit vector. */
export class VectorTables {
  readonly #session: SqlSession;
  readonly #options: TableOptions;
  readonly #tables = new Map<string, Table>();

  private constructor(session: SqlSession, options: TableOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** An empty database; beyond `scanRows` rows a table is ranked through an HNSW index. */
  static async open(options: TableOptions): Promise<VectorTables> {
    return new VectorTables(await SqlSession.open(), options);
  }

  has(collection: string): boolean {
    return this.#tables.has(collection);
  }

  /**
   * Adds documents with their vectors, and the table where there is none; an id that exists is
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
    const filtered = documents.map(({ id, metadata }) =>
      this.#options.fields(metadata, collection, id),
    );
    const columns = columnsFor(filtered, known?.columns);
    await this.#session.write(this.#definition(collection, known, columns));
    const settings = known?.settings ?? this.#options.settings(collection);
    const table = known ?? { name: collection, columns, rowCount: 0, indexed: false, settings };
    table.columns = columns;
    this.#tables.set(collection, table);
    const fields = [...columns.keys()];
    const kept = settings.normalised === 'all' ? vectors.map(unitVector) : vectors;
    for (let from = 0; from < documents.length; from += ROWS_PER_WRITE) {
      await this.#session.writeRows(
        insertStatement(collection, fields),
        documents
          .slice(from, from + ROWS_PER_WRITE)
          .map((document, i) => [
            document.id,
            document.text,
            JSON.stringify(document.metadata),
            vectorParameter(kept[from + i] ?? new Float32Array(this.#options.dimension)),
            ...fields.map((field) => columnParameter(filtered[from + i]?.[field])),
          ]),
      );
    }
    await this.#settle(table);
  }

  /**
   * The k rows nearest to a vector, nearest first, ties by id; where the filter is applied afterwards,
   * those of them that it accepts.
   * @throws SqlFilterError | SqlError where the filter is refused.
   */
  async rank(
    collection: string,
    vector: Float32Array,
    k: number,
    sqlFilter: string | null,
    filtering: SearchPlan['filtering'] = 'before',
  ): Promise<RankedRows> {
    const table = this.#tables.get(collection);
    if (table === undefined) return { hits: [], matches: null };
    const { settings } = table;
    if (sqlFilter !== null) checkSqlFilter(sqlFilter);
    const name = tableName(collection);
    const ranked = rankedStatement(
      { table: name, vector, k, filter: sqlFilter, filtering },
      settings,
      this.#session.vectorOid,
    );
    const plain = settings.efSearch === DEFAULT_EF_SEARCH;
    if (sqlFilter === null && plain) {
      return { hits: asHits(collection, await this.#session.queryPlanned(ranked)), matches: null };
    }
    const before = plain ? [] : [searchWidthStatement(settings)];
    const counted = sqlFilter === null ? [] : [countStatement(name, sqlFilter)];
    const results = await this.#session.queryOnce([...before, ranked, ...counted]);
    return {
      hits: asHits(collection, results[before.length] ?? []),
      matches: sqlFilter === null ? null : Number(results.at(-1)?.[0]?.[0] ?? 0),
    };
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
          `doc_metadata json NOT NULL, embedding vector(${this.#options.dimension}) NOT NULL)`,
      );
      // Out of line, as vectors are kept by default, a scan looks each one up.
      if (this.#options.dimension <= 1600) {
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
    const [counted] = await this.#session.queryPlanned(countStatement(name, null));
    table.rowCount = Number(counted?.[0] ?? 0);
    if (table.rowCount > table.settings.scanRows && !table.indexed) {
      await this.#session.write(indexDefinition(name, table.settings));
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
