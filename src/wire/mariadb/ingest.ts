import { UnsupportedRequestError } from '../dialect.ts';
import type { IngestRequest } from '../operations.ts';
import { describeTable } from './describe.ts';
import { blobOf, type MariadbTable, quoted, type Run, tableOf } from './table.ts';

/** Rows of one INSERT. */
const BATCH = 200;

/** Puts documents into a table, which is made where it is not there; the index is built after the last of them. */
export async function ingest(
  run: Run,
  table: MariadbTable,
  { collection, documents, isLast = false }: IngestRequest,
  signal: AbortSignal,
): Promise<number> {
  const name = quoted(tableOf(table, collection));
  const dimension = documents[0]?.vector?.length;
  if (dimension !== undefined) {
    await run(
      `CREATE TABLE IF NOT EXISTS ${name} (nr BIGINT AUTO_INCREMENT PRIMARY KEY,` +
        // An index of vectors takes no primary key beyond 256 bytes, and an id may be longer.
        ' id VARCHAR(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL UNIQUE,' +
        ` embedding VECTOR(${dimension}) NOT NULL, metadata JSON NOT NULL)`,
    );
  }
  for (let from = 0; from < documents.length; from += BATCH) {
    signal.throwIfAborted();
    const batch = documents.slice(from, from + BATCH);
    const values = batch.flatMap(({ id, vector, metadata }) => {
      if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
      return [id, blobOf(vector), JSON.stringify(metadata)];
    });
    await run(
      `INSERT INTO ${name} (id, embedding, metadata) VALUES ${batch.map(() => '(?, ?, ?)').join(', ')}` +
        ' ON DUPLICATE KEY UPDATE embedding = VALUES(embedding), metadata = VALUES(metadata)',
      values,
    );
  }
  if (!isLast || table.index === 'none') return documents.length;
  const { index } = await describeTable(run, table, collection);
  if (index === 'flat') {
    const m = table.m === undefined ? '' : ` M=${table.m}`;
    await run(
      `ALTER TABLE ${name} ADD VECTOR INDEX embedding (embedding)${m} DISTANCE=${table.distance}`,
    );
  }
  return documents.length;
}
