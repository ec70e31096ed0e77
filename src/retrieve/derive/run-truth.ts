import { type DocumentKey, partsOf, storedKey } from '../../corpus/document-key.ts';
import type { Corpus } from '../../corpus/types.ts';
import type { LintLine, ReferenceFinding } from '../../parity/findings.ts';
import type { VectorTable } from '../../record/types.ts';
import { type ComputedTruth, computeTruth } from '../../truth/corpus/compute-truth.ts';
import { lintTruth } from '../../truth/lint/lint.ts';
import type { Elsewhere } from '../../truth/plan/planned-search.ts';
import { auditReferenceIndex } from '../../truth/reference/audit.ts';
import { truthWithoutVectors } from './no-vectors.ts';

/** The exact answers of a run: to its queries, and to its documents asked by their own text. */
export interface RunTruth {
  readonly queries: ComputedTruth;
  readonly census: ComputedTruth;
  readonly lint: readonly LintLine[];
  /** Queries whose text has a vector. */
  readonly count: number;
}

/** Corpus, queries and vectors (rows named by id) that a run is measured against, to rank k. */
interface RunTruthInput {
  readonly corpus: Corpus;
  readonly queryIds: readonly string[];
  readonly censusKeys: readonly DocumentKey[];
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly k: number;
  readonly signal?: AbortSignal | undefined;
  /** Where exact searches are carried out; by default in this process. */
  readonly elsewhere?: Elsewhere | undefined;
}

/** Computes truth from the incumbent's vectors, and lints it. */
export async function runTruth({
  corpus,
  queryIds,
  censusKeys,
  documents,
  queries,
  k,
  signal,
  elsewhere,
}: RunTruthInput): Promise<RunTruth> {
  if (documents.ids.length === 0) {
    return { ...truthWithoutVectors(corpus, censusKeys, k), lint: [], count: 0 };
  }
  const asked = new Set(queryIds);
  const planned = corpus.queries.filter((query) => asked.has(query.id));
  const exact = await computeTruth({
    corpus,
    queries: planned,
    documents,
    vectors: queries,
    k,
    signal,
    elsewhere,
  });
  const censusQueries = censusKeys.map((key) => ({
    id: key,
    collections: [partsOf(key).collection],
  }));
  const wanted = new Set(censusKeys);
  const census = await computeTruth({
    corpus,
    queries: censusQueries,
    documents,
    vectors: rowsOf(documents, (id) => wanted.has(storedKey(id))),
    k,
    signal,
    elsewhere,
  });
  const report = lintTruth({
    documents: [documents],
    queries,
    corpus: {
      collections: corpus.collections,
      queries: planned,
      ...(corpus.metric === undefined ? {} : { metric: corpus.metric }),
    },
    truth: exact.lists,
    queryIds: queries.ids,
    k,
  });
  const { attainable } = report;
  return {
    queries: exact,
    census,
    count: queries.ids.length,
    lint: [
      ...report.findings.map(({ check, severity, count, message }) => ({
        check,
        severity,
        count,
        message,
      })),
      {
        check: 'attainable-recall',
        severity: 'info',
        count: attainable.n,
        message: `highest recall@${k} attainable: ${attainable.tieAware ?? 'none'} tie-aware, ${attainable.idBased?.toFixed(4) ?? 'none'} by ids`,
      },
    ],
  };
}

/** Exact lists and the vectors they were computed from. */
interface ReferenceInput {
  readonly corpus: Corpus;
  readonly queryIds: readonly string[];
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly exact: ComputedTruth;
  readonly k: number;
  readonly signal?: AbortSignal | undefined;
}

/** Audits a local HNSW index over each collection against the exact lists of its unfiltered queries. */
export async function referenceFindings({
  corpus,
  queryIds,
  documents,
  queries,
  exact,
  k,
  signal,
}: ReferenceInput): Promise<ReferenceFinding[]> {
  const asked = new Set(queryIds);
  const findings: ReferenceFinding[] = [];
  if (documents.ids.length === 0) return findings;
  for (const { name } of corpus.collections) {
    const ids = new Set(
      corpus.queries
        .filter(
          (query) =>
            asked.has(query.id) &&
            query.filter === undefined &&
            query.excluded === undefined &&
            query.collections.length === 1 &&
            query.collections[0] === name,
        )
        .map((query) => query.id),
    );
    if (ids.size === 0) continue;
    const { space } = exact;
    const rows = space.documents(
      rowsOf(documents, (id) => partsOf(storedKey(id)).collection === name),
    );
    const part = space.queries(rowsOf(queries, (id) => ids.has(id)));
    const audit = await auditReferenceIndex({
      documents: rows,
      queries: part,
      truth: queries.ids.flatMap((id, row) => (ids.has(id) ? (exact.lists[row] ?? []) : [])),
      k,
      ...(signal === undefined ? {} : { signal }),
    });
    findings.push({
      collection: name,
      rows: audit.count,
      queries: part.ids.length,
      m: audit.M,
      efConstruction: audit.efConstruction,
      curve: audit.curve.map(({ efSearch, recall }) => ({ efSearch, recall })),
      efSearchFor999: audit.efSearchFor999,
    });
  }
  return findings;
}

function rowsOf(table: VectorTable, keep: (id: string) => boolean): VectorTable {
  const rows = table.ids.flatMap((id, row) => (keep(id) ? [row] : []));
  const values = new Float32Array(rows.length * table.dimension);
  for (const [at, row] of rows.entries()) {
    values.set(
      table.values.subarray(row * table.dimension, (row + 1) * table.dimension),
      at * table.dimension,
    );
  }
  return {
    ids: rows.map((row) => table.ids[row] ?? ''),
    dimension: table.dimension,
    values,
  };
}
