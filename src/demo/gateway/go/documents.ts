import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Filter, Metadata } from '../../../corpus/types.ts';
import { fieldColumn, labelFilterSql } from './metadata-filter.ts';

/** What is stored of a document beside its vector. */
export interface StoredDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
}

/** Documents and their fields in SQLite, in memory; collections by number, rows by label. */
export class DocumentTable {
  readonly #db: DatabaseSync;
  readonly #get: StatementSync;
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #clear: StatementSync;
  readonly #putField: StatementSync;

  constructor() {
    this.#db = new DatabaseSync(':memory:');
    this.#db.exec(`
      CREATE TABLE documents (
        collection INTEGER NOT NULL, label INTEGER NOT NULL, id TEXT NOT NULL,
        text TEXT NOT NULL, metadata TEXT NOT NULL,
        PRIMARY KEY (collection, label), UNIQUE (collection, id)
      ) WITHOUT ROWID;
      CREATE TABLE fields (
        collection INTEGER NOT NULL, name TEXT NOT NULL, label INTEGER NOT NULL,
        text_value TEXT, number_value REAL, boolean_value INTEGER,
        PRIMARY KEY (collection, name, label)
      ) WITHOUT ROWID;
      CREATE INDEX fields_by_text ON fields (collection, name, text_value);
      CREATE INDEX fields_by_number ON fields (collection, name, number_value);
      CREATE INDEX fields_by_label ON fields (collection, label);
    `);
    this.#get = this.#db.prepare(
      'SELECT id, text, metadata FROM documents WHERE collection = ? AND label = ?',
    );
    this.#find = this.#db.prepare('SELECT label FROM documents WHERE collection = ? AND id = ?');
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)');
    this.#clear = this.#db.prepare('DELETE FROM fields WHERE collection = ? AND label = ?');
    this.#putField = this.#db.prepare('INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?)');
  }

  /** Runs changes all or none. */
  atomically(changes: () => void): void {
    this.#db.exec('BEGIN');
    try {
      changes();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** The label of an id, or null. */
  labelOf(collection: number, id: string): number | null {
    const row = this.#find.get(collection, id);
    return row === undefined ? null : Number(row.label);
  }

  /** Keeps a document; filters see the given fields, answers carry its metadata. */
  put(
    collection: number,
    label: number,
    { id, text, metadata }: StoredDocument,
    fields: Metadata,
  ): void {
    this.#put.run(collection, label, id, text, JSON.stringify(metadata));
    this.#clear.run(collection, label);
    for (const [name, value] of Object.entries(fields)) {
      if (value === null || typeof value === 'object') continue;
      const { column, stored } = fieldColumn(value);
      this.#putField.run(
        collection,
        name,
        label,
        column === 'text_value' ? stored : null,
        column === 'number_value' ? stored : null,
        column === 'boolean_value' ? stored : null,
      );
    }
  }

  get(collection: number, label: number): StoredDocument | null {
    const row = this.#get.get(collection, label);
    if (row === undefined) return null;
    return {
      id: String(row.id),
      text: String(row.text),
      metadata: JSON.parse(String(row.metadata)) as Metadata,
    };
  }

  /** The labels whose metadata the filter accepts, in rising order; the filter has a condition. */
  labelsMatching(collection: number, filter: Filter): readonly number[] {
    const { sql, parameters } = labelFilterSql(collection, filter);
    const rows = this.#db.prepare(`${sql} ORDER BY label`).all(...parameters);
    return rows.map((row) => Number(row.label));
  }

  close(): void {
    this.#db.close();
  }
}
