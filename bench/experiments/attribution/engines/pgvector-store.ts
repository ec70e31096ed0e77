import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { type Rows, rowOf, type Store } from './store.ts';

const BATCH = 500;

/** A pgvector table with an HNSW index in this process; `ofEffort` gives a store a value of `hnsw.ef_search`. */
export interface PgvectorTable {
  readonly ofEffort: (efSearch: number) => Store;
  readonly close: () => Promise<void>;
}

/**
 * Fills a table and builds its index with pgvector's own defaults (m = 16, ef_construction = 64). A filter is
 * applied to what the index gives, as pgvector does without iterative scans; scores are `<=>` distances.
 */
export async function pgvectorTable(rows: Rows): Promise<PgvectorTable> {
  const database = await PGlite.create({ extensions: { vector } });
  await database.exec('CREATE EXTENSION vector');
  await database.exec(`CREATE TABLE things (id int PRIMARY KEY, v vector(${rows.dimension}))`);
  await database.exec('ALTER TABLE things ALTER COLUMN v SET STORAGE plain').catch(() => {});
  for (let from = 0; from < rows.count; from += BATCH) {
    const values = Array.from({ length: Math.min(BATCH, rows.count - from) }, (_, at) => {
      return `(${from + at}, '[${rowOf(rows, from + at).join(',')}]')`;
    });
    await database.exec(`INSERT INTO things VALUES ${values.join(',')}`);
  }
  await database.exec("SET maintenance_work_mem = '256MB'");
  await database.exec('CREATE INDEX ON things USING hnsw (v vector_cosine_ops)');
  await database.exec('SET enable_seqscan = off');
  return {
    ofEffort: (efSearch) => ({
      search: async (query, k, accepts) => {
        await database.exec(`SET hnsw.ef_search = ${efSearch}`);
        const limit = accepts === null ? k : Math.max(efSearch, k);
        const result = await database.query<{ id: number; d: number }>(
          `SELECT id, v <=> $1 AS d FROM things ORDER BY v <=> $1 LIMIT ${limit}`,
          [`[${query.join(',')}]`],
        );
        const kept = result.rows.filter(({ id }) => accepts === null || accepts(id)).slice(0, k);
        return { rows: kept.map(({ id }) => id), scores: kept.map(({ d }) => d) };
      },
    }),
    close: () => database.close(),
  };
}
