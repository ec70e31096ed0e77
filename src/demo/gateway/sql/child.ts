import { SqlTables } from '../go/sql-tables.ts';
import { RefusedRequest } from '../http.ts';
import { watchParent } from '../process/watch-parent.ts';
import { openCopy } from '../rust/database.ts';
import { SqlSession } from '../rust/session.ts';
import { answerSql } from '../rust/sql.ts';
import type { OpenOrder, SqlReport, StatementOrder } from './messages.ts';

/** A statement that takes more is ended with this process. */
const MOST_BYTES = 1024 * 1024 * 1024;

// The entry of the process that runs statements of unknown origin over a copy of a gateway's tables. A database in
// this process cannot be interrupted, and blocks it: whoever started it ends it when a statement takes too long.
let answer: ((sql: string) => Promise<string>) | null = null;

process.on('disconnect', () => process.exit(0));
// Ctrl-C and the end of a terminal reach the whole process group; the gateway ends this process itself.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
watchParent(MOST_BYTES);

process.on('message', (order: OpenOrder | StatementOrder) => {
  void carryOut(order).then((report) => process.send?.(report));
});

async function carryOut(order: OpenOrder | StatementOrder): Promise<SqlReport> {
  try {
    if (order.type === 'open') {
      answer = await opened(order);
      return { type: 'opened' };
    }
    if (answer === null) throw new Error('no database is open');
    return { type: 'answer', text: await answer(order.sql) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof RefusedRequest)) return { type: 'failed', message };
    return { type: 'refused', status: error.status === 403 ? 403 : 400, message };
  }
}

async function opened({
  kind,
  file,
  maxRows,
}: OpenOrder): Promise<(sql: string) => Promise<string>> {
  if (kind === 'go') {
    const tables = SqlTables.ofCopy(file, maxRows);
    return async (sql) => tables.answer(sql);
  }
  const session = await SqlSession.over(await openCopy(file));
  return (sql) => answerSql(session, sql, false, maxRows);
}
