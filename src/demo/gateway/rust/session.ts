import { writeFile } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import { openDatabase } from './database.ts';
import { describeMessage, type Parameter, parseMessage, runMessages, SYNC } from './protocol.ts';

/** A statement the database refused: its message, without the statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** SQLSTATE, e.g. `42703` for an unknown column. */
  readonly sqlState: string;

  constructor(message: string, sqlState: string, cause: unknown) {
    super(message, { cause });
    this.sqlState = sqlState;
  }
}

/** One statement with its parameters; `typeOids` as for `parseMessage`. */
export interface SessionStatement {
  readonly sql: string;
  readonly typeOids: readonly number[];
  readonly parameters: readonly Parameter[];
}

/** Rows in text form with the columns they have. */
export interface DescribedRows {
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  readonly rows: readonly Row[];
}

type Row = readonly (string | null)[];

/** One in-process PostgreSQL with pgvector; it has one connection, so requests wait in a queue. */
export class SqlSession {
  readonly #db: PGlite;
  readonly #planned = new Map<string, string>();
  #tail: Promise<unknown> = Promise.resolve();
  #named = 0;
  readonly vectorOid: number;

  private constructor(db: PGlite, vectorOid: number) {
    this.#db = db;
    this.vectorOid = vectorOid;
  }

  /** Starts an empty in-memory database. */
  static async open(): Promise<SqlSession> {
    return SqlSession.over(await openDatabase());
  }

  /** A session over a database that nobody else uses. */
  static async over(db: PGlite): Promise<SqlSession> {
    const { rows } = await db.query<{ oid: number }>("SELECT 'vector'::regtype::oid::int AS oid");
    // From here on nothing is written but what asks for it, whatever a filter says.
    await db.exec(
      'SET default_transaction_read_only = on; SET hnsw.iterative_scan = strict_order;',
    );
    return new SqlSession(db, rows[0]?.oid ?? 0);
  }

  /** Runs statements that define or change things, all or none of them. */
  async write(sql: string): Promise<void> {
    await this.#transaction(() => this.#db.exec(sql));
  }

  /** Runs one statement once for each row of parameters, all or none of them. */
  async writeRows(sql: string, rows: readonly (readonly Parameter[])[]): Promise<void> {
    await this.#transaction(() =>
      this.#db.execProtocol(
        Buffer.concat([
          parseMessage('', sql, []),
          ...rows.map((parameters) => runMessages('', parameters)),
          SYNC,
        ]),
      ),
    );
  }

  /** Rows of a statement that is planned once and kept; for SQL that is not made of requests. */
  async queryPlanned({ sql, typeOids, parameters }: SessionStatement): Promise<readonly Row[]> {
    return this.#enqueue(async () => {
      const known = this.#planned.get(sql);
      const name = known ?? `s${++this.#named}`;
      const messages = [runMessages(name, parameters), SYNC];
      if (known === undefined) messages.unshift(parseMessage(name, sql, typeOids));
      const [rows = []] = await this.#send(messages);
      this.#planned.set(sql, name);
      return rows;
    });
  }

  /** Rows of each statement, all run in one read-only transaction; each must be a single statement. */
  async queryOnce(statements: readonly SessionStatement[]): Promise<readonly (readonly Row[])[]> {
    const messages = statements.flatMap(({ sql, typeOids, parameters }) => [
      parseMessage('', sql, typeOids),
      runMessages('', parameters),
    ]);
    return this.#enqueue(() => this.#send([...messages, SYNC]));
  }

  /**
   * Columns and rows of one statement of unknown origin, in a transaction of its own that is rolled back
   * unless it may write: what it sets does not outlive it. No more than `maxRows` are made.
   */
  async queryDescribed(
    sql: string,
    { allowWrites, maxRows }: { readonly allowWrites: boolean; readonly maxRows: number },
  ): Promise<DescribedRows> {
    return this.#enqueue(async () => {
      await this.#db.exec(allowWrites ? 'BEGIN READ WRITE' : 'BEGIN READ ONLY');
      let done = false;
      try {
        const { messages } = await this.#db.execProtocol(
          Buffer.concat([
            parseMessage('', sql, []),
            describeMessage(''),
            runMessages('', [], maxRows),
            SYNC,
          ]),
          { syncToFs: false },
        );
        done = true;
        return {
          columns: messages
            .flatMap((reply) => (isRowDescription(reply) ? reply.fields : []))
            .map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID })),
          rows: messages.flatMap((reply) => (isDataRow(reply) ? [reply.fields] : [])),
        };
      } finally {
        await this.#db.exec(done && allowWrites ? 'COMMIT' : 'ROLLBACK');
      }
    });
  }

  /** Writes the files of the whole database to one file. */
  async copyTo(file: string): Promise<void> {
    await this.#enqueue(async () => {
      const files = await this.#db.dumpDataDir('none');
      await writeFile(file, Buffer.from(await files.arrayBuffer()));
    });
  }

  /** Waits for what is under way and shuts the database down. */
  async close(): Promise<void> {
    await this.#enqueue(() => this.#db.close());
  }

  async #transaction(work: () => Promise<unknown>): Promise<void> {
    await this.#enqueue(async () => {
      await this.#db.exec('BEGIN READ WRITE');
      try {
        await work();
        await this.#db.exec('COMMIT');
      } catch (error) {
        await this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async #send(messages: readonly Uint8Array[]): Promise<readonly (readonly Row[])[]> {
    const { messages: replies } = await this.#db.execProtocol(Buffer.concat(messages), {
      syncToFs: false,
    });
    const results: Row[][] = [];
    let rows: Row[] = [];
    for (const reply of replies) {
      if (isDataRow(reply)) {
        rows.push(reply.fields);
      } else if (reply.name === 'commandComplete') {
        results.push(rows);
        rows = [];
      }
    }
    return results;
  }

  #enqueue<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#tail.then(work).catch((error: unknown) => {
      const { message, code } = error as { message?: string; code?: string };
      throw new SqlError(message ?? String(error), code ?? 'XX000', error);
    });
    this.#tail = result.catch(() => {});
    return result;
  }
}

function isRowDescription(reply: {
  name: string;
}): reply is { name: string; fields: { name: string; dataTypeID: number }[] } {
  return reply.name === 'rowDescription';
}

function isDataRow(reply: { name: string }): reply is { name: string; fields: Row } {
  return reply.name === 'dataRow';
}
