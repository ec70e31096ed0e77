import { resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import type { DriverSession } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { importPeer } from '../driver/peer.ts';
import { filePathOf } from '../driver/url.ts';
import {
  SQLITE_DISTANCES,
  SQLITE_VEC_OPERATIONS,
  type SqliteVecTable,
  sqliteVecSession,
} from './session.ts';

/** Where a database of SQLite is, and how its tables are searched. */
export interface SqliteVecOptions extends Partial<SqliteVecTable> {
  /** Absent: in memory, gone at `close`. */
  readonly file?: string;
  readonly timeouts?: DriverTimeouts;
}

/**
 * sqlite-vec in this process, by Node's own SQLite and the package `sqlite-vec` (to install). Every search is exact,
 * and blocks the thread. Nothing is opened before the first operation.
 */
export function sqliteVec(options: SqliteVecOptions = {}): Backend {
  const { file, timeouts, table = '{collection}', distance = 'cosine' } = options;
  return driverBackend(
    {
      label: `sqlite-vec ${file ?? 'in memory'}/${table} · exact`,
      fingerprint: `sqlite-vec@1 ${JSON.stringify({ table, distance })}`,
      operations: SQLITE_VEC_OPERATIONS,
      exact: 'query',
      effort: null,
      open: () => openDatabase(file ?? null, { table, distance }),
    },
    timeouts,
  );
}

/** `sqlite-vec:memory?…` or `sqlite-vec://FILE?…`. */
export const sqliteVecOfUrl: OfUrl = ({ parameters }, text, { timeouts }) => {
  const file = /^[^:]*:memory(\?|$)/i.test(text) ? undefined : filePathOf(text);
  const table = {
    table: parameters.text('table'),
    distance: parameters.oneOf('distance', SQLITE_DISTANCES),
  };
  parameters.end();
  return sqliteVec({
    ...given<Partial<SqliteVecTable>>(table),
    ...(file === undefined ? {} : { file }),
    timeouts,
  });
};

async function openDatabase(file: string | null, table: SqliteVecTable): Promise<DriverSession> {
  const { getLoadablePath } = await importPeer('sqlite-vec', '0.1.9', () => import('sqlite-vec'));
  const { DatabaseSync } = await import('node:sqlite');
  const path = file === null ? ':memory:' : resolve(file);
  const database = new DatabaseSync(path, { allowExtension: true, timeout: 5_000 });
  try {
    database.loadExtension(getLoadablePath());
    return sqliteVecSession(database, table);
  } catch (error) {
    database.close();
    throw error;
  }
}
