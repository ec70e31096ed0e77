import type { VectorQuery } from '../driver/driver.ts';
import type { IngestRequest, ListRequest } from '../operations.ts';
import { filterSql } from './filter.ts';
import type { PgvectorTable } from './options.ts';
import { DISTANCES, quoted, type Statement, tableOf, Values, vectorText } from './sql.ts';

/** The nearest rows: `id` and distance `d`. Nothing breaks ties, since that would keep the index from being used. */
export function searchSql(
  table: PgvectorTable,
  query: Pick<VectorQuery, 'collection' | 'vector' | 'k' | 'filter'>,
): Statement {
  const values = new Values();
  const vector = `${values.add(vectorText(query.vector))}::${table.type}`;
  const distance = `${quoted(table.vectorColumn)} ${DISTANCES[table.distance].operator} ${vector}`;
  const condition = query.filter === null ? null : filterSql(query.filter, table, values);
  const where = condition === null ? '' : ` WHERE ${condition}`;
  const text =
    `SELECT ${quoted(table.idColumn)}::text AS id, ${distance} AS d` +
    ` FROM ${tableOf(table, query.collection)}${where} ORDER BY ${distance} LIMIT ${query.k}`;
  return { text, values: values.all };
}

/** One page by keyset: `id`, `metadata` and, where wanted, `vector` as text. */
export function listSql(table: PgvectorTable, request: ListRequest): Statement {
  const values = new Values();
  const id = quoted(table.idColumn);
  const vector = quoted(table.vectorColumn);
  const metadata =
    table.metadataColumn === null
      ? `to_jsonb(t) - ARRAY[${values.add(table.idColumn)}::text, ${values.add(table.vectorColumn)}::text]`
      : quoted(table.metadataColumn);
  const after = request.cursor === undefined ? '' : ` WHERE ${id} > ${values.add(request.cursor)}`;
  const text =
    `SELECT ${id}::text AS id, ${metadata} AS metadata` +
    `${request.vectors ? `, ${vector}::text AS vector` : ''}` +
    ` FROM ${tableOf(table, request.collection)} AS t${after} ORDER BY ${id} LIMIT ${request.limit}`;
  return { text, values: values.all };
}

/** A table for vectors of one dimension, where there is none. */
export function createTableSql(
  table: PgvectorTable,
  collection: string,
  dimension: number,
): string {
  const metadata =
    table.metadataColumn === null ? '' : `, ${quoted(table.metadataColumn)} jsonb NOT NULL`;
  return (
    `CREATE TABLE IF NOT EXISTS ${tableOf(table, collection)} (${quoted(table.idColumn)} text PRIMARY KEY, ` +
    `${quoted(table.vectorColumn)} ${table.type}(${dimension})${metadata})`
  );
}

/** Puts documents into the table; one that is there by its id is replaced. */
export function insertSql(
  table: PgvectorTable,
  collection: string,
  documents: IngestRequest['documents'],
): Statement {
  const columns = [table.idColumn, table.vectorColumn];
  const from = ['r.id', `r.vector::${table.type}`];
  if (table.metadataColumn !== null) {
    columns.push(table.metadataColumn);
    from.push('r.metadata');
  }
  const names = columns.map(quoted);
  const update = names.slice(1).map((name) => `${name} = excluded.${name}`);
  const rows = documents.map(({ id, vector, metadata }) => ({
    id,
    vector: vector === undefined ? null : vectorText(vector),
    metadata,
  }));
  const text =
    `INSERT INTO ${tableOf(table, collection)} (${names.join(', ')}) SELECT ${from.join(', ')}` +
    ' FROM jsonb_to_recordset($1::text::jsonb) AS r(id text, vector text, metadata jsonb)' +
    ` ON CONFLICT (${quoted(table.idColumn)}) DO UPDATE SET ${update.join(', ')}`;
  return { text, values: [JSON.stringify(rows)] };
}

/** The index of a table; null where none is wanted. */
export function createIndexSql(table: PgvectorTable, collection: string): string | null {
  if (table.index === 'none') return null;
  const parameters: readonly (readonly [string, number | undefined])[] =
    table.index === 'hnsw'
      ? [
          ['m', table.m],
          ['ef_construction', table.efConstruction],
        ]
      : [['lists', table.lists]];
  const given = parameters.filter(([, value]) => value !== undefined);
  const operators = `${table.type}_${DISTANCES[table.distance].class}`;
  const options = given.map(([name, value]) => `${name} = ${value}`).join(', ');
  return (
    `CREATE INDEX ON ${tableOf(table, collection)} USING ${table.index}` +
    ` (${quoted(table.vectorColumn)} ${operators})${given.length === 0 ? '' : ` WITH (${options})`}`
  );
}
