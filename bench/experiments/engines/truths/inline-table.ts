import pg from 'pg';

/**
 * Makes the table that comparisons of pgvector fill, with vectors inside its rows: those of more than 2 kB lie apart by
 * default, and each exact search would bring them back one by one.
 */
export async function makeInlineTable(
  url: string,
  table: string,
  dimension: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/^pgvector:/, 'postgres:') });
  await client.connect();
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector');
    await client.query(
      `CREATE TABLE ${table} (id text PRIMARY KEY, embedding vector(${dimension}) STORAGE PLAIN, metadata jsonb NOT NULL)`,
    );
  } finally {
    await client.end();
  }
}
