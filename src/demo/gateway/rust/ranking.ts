import type { IndexSettings, SearchPlan } from '../faults/types.ts';
import { unitVector } from '../vectors.ts';
import { vectorParameter } from './protocol.ts';
import type { SessionStatement } from './session.ts';

/** How a metric is written for pgvector: its operator, its operator class, and the score of a distance. */
interface Metric {
  readonly operator: string;
  readonly operatorClass: string;
  readonly score: (distance: string) => string;
}

const INNER_PRODUCT: Metric = {
  operator: '<#>',
  operatorClass: 'vector_ip_ops',
  score: (distance) => `-(${distance})`,
};

const METRICS: Readonly<Record<IndexSettings['space'], Metric>> = {
  cosine: INNER_PRODUCT,
  ip: INNER_PRODUCT,
  l2: {
    operator: '<->',
    operatorClass: 'vector_l2_ops',
    score: (distance) => `1 / (1 + (${distance}))`,
  },
};

const INT8_OID = 20;

/** Candidates that pgvector looks at where nothing else is set. */
export const DEFAULT_EF_SEARCH = 40;

/** What one ranked query asks of a table. */
export interface RankedQuery {
  /** The table's name as SQL. */
  readonly table: string;
  readonly vector: Float32Array;
  readonly k: number;
  /** A checked boolean expression; null for none. */
  readonly filter: string | null;
  readonly filtering: SearchPlan['filtering'];
}

/** The statement that gives id, score, text and metadata of the nearest rows, ties by id. */
export function rankedStatement(
  { table, vector, k, filter, filtering }: RankedQuery,
  settings: IndexSettings,
  vectorOid: number,
): SessionStatement {
  const { operator, score } = METRICS[settings.space];
  const distance = `embedding ${operator} $1`;
  const nearest = (columns: string, where: string) =>
    `SELECT ${columns} FROM ${table}${where} ORDER BY ${distance}, doc_id LIMIT $2`;
  const shown = `doc_id, ${score(distance)}, chunk_text, doc_metadata`;
  const where = whereClause(filter);
  return {
    sql:
      filtering === 'before' || filter === null
        ? nearest(shown, where)
        : `SELECT ${shown} FROM (${nearest('*', '')}) AS nearest${where} ORDER BY ${distance}, doc_id`,
    typeOids: [vectorOid, INT8_OID],
    parameters: [
      vectorParameter(settings.normalised === 'none' ? vector : unitVector(vector)),
      String(k),
    ],
  };
}

/** A statement that counts the rows that a checked filter accepts. */
export function countStatement(table: string, filter: string | null): SessionStatement {
  return {
    sql: `SELECT count(*) FROM ${table}${whereClause(filter)}`,
    typeOids: [],
    parameters: [],
  };
}

/** A statement after which this transaction searches with so many candidates. */
export function searchWidthStatement({ efSearch }: IndexSettings): SessionStatement {
  return {
    sql: `SELECT set_config('hnsw.ef_search', '${Math.trunc(efSearch)}', true)`,
    typeOids: [],
    parameters: [],
  };
}

/** The statement that builds the index of a table. */
export function indexDefinition(table: string, settings: IndexSettings): string {
  const { operatorClass } = METRICS[settings.space];
  const { m, efConstruction } = settings;
  return (
    `CREATE INDEX ON ${table} USING hnsw (embedding ${operatorClass}) ` +
    `WITH (m = ${m}, ef_construction = ${efConstruction})`
  );
}

/** The line break ends whatever the filter leaves open. */
function whereClause(filter: string | null): string {
  return filter === null ? '' : ` WHERE (${filter}\n)`;
}
