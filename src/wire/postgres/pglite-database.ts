import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { makeFolder } from '../../disk/make-folder.ts';
import type { SqlConnection, SqlConnections, SqlRow } from './connections.ts';

interface OpenDatabase {
  readonly connection: SqlConnection;
  readonly close: () => Promise<void>;
  users: number;
  /** Ends when the work before has ended: there is one connection, and settings are its own. */
  last: Promise<unknown>;
}

/** Databases of folders: a folder that is opened twice would be damaged. */
const OPEN = new Map<string, Promise<OpenDatabase>>();

/** Connections to a database in this process; those to one folder share it. Null: in memory, of its own. */
export async function pgliteConnections(folder: string | null): Promise<SqlConnections> {
  const opening = (folder === null ? undefined : OPEN.get(folder)) ?? openDatabase(folder);
  if (folder !== null) OPEN.set(folder, opening);
  let database: OpenDatabase;
  try {
    database = await opening;
  } catch (error) {
    if (folder !== null) OPEN.delete(folder);
    throw error;
  }
  database.users += 1;
  return {
    use: async (signal, work) => {
      const before = database.last;
      const turn = Promise.withResolvers<void>();
      database.last = turn.promise;
      try {
        await before;
        signal.throwIfAborted();
        return await work(database.connection);
      } finally {
        turn.resolve();
      }
    },
    close: async () => {
      database.users -= 1;
      if (database.users > 0) return;
      if (folder !== null) OPEN.delete(folder);
      await database.last;
      await database.close();
    },
  };
}

async function openDatabase(folder: string | null): Promise<OpenDatabase> {
  if (folder !== null) await makeFolder(dirname(folder));
  const pglite = await PGlite.create({
    extensions: { vector },
    ...(folder === null ? {} : { dataDir: folder }),
  });
  return {
    connection: {
      settings: new Map(),
      query: async (text, values = []) => (await pglite.query<SqlRow>(text, [...values])).rows,
      run: async (text) => {
        await pglite.exec(text);
      },
    },
    close: () => pglite.close(),
    users: 0,
    last: Promise.resolve(),
  };
}
