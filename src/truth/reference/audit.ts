import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import { recallAtK } from '../../metrics/ranking/recall.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { VectorTable } from '../../record/types.ts';
import { squaredNorms } from '../cosine.ts';
import { rowsOf } from '../engines/prepare.ts';
import type { TruthList } from '../types.ts';
import {
  checkReferenceParameters,
  openReferenceIndex,
  type ReferenceSearch,
} from './reference-index.ts';

/** What the reference index is built from and audited with: one collection, unfiltered queries. */
export interface ReferenceAuditInput {
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  /** The exact list of each query over the same documents, made with k′ ≥ k. */
  readonly truth: readonly TruthList[];
  readonly k: number;
  /** Links a node and level; default 16. */
  readonly M?: number;
  /** Candidates kept while building; default 200. */
  readonly efConstruction?: number;
  /** Seed of the levels; default 100. */
  readonly seed?: number;
  /** Candidates kept while searching; by default k, 16, 32, … 512. None above the number of rows or below k is used. */
  readonly efSearches?: readonly number[];
  /** Folder of saved indexes; without one, nothing is saved or loaded. */
  readonly cacheFolder?: string;
  /** Ends the worker when aborted. */
  readonly signal?: AbortSignal;
}

/** One point of the audit. */
export interface ReferencePoint {
  readonly efSearch: number;
  /** Mean tie-aware recall@k against exact truth; null when no query has one. */
  readonly recall: number | null;
  /** Mean recall@k by ids alone; null when no query has one. */
  readonly idRecall: number | null;
  /** Queries in the means. */
  readonly n: number;
}

/** The timings of one point: they differ from run to run and stay out of tables that must be equal to the byte. */
export interface ReferenceTiming {
  readonly efSearch: number;
  /** Median and 95th percentile of one search in µs. */
  readonly p50Us: number | null;
  readonly p95Us: number | null;
}

/** A local HNSW index over the same vectors: what a well-built one returns. */
export interface ReferenceIndexAudit {
  /** Rows in the index; zero vectors are left out. */
  readonly count: number;
  readonly dimension: number;
  readonly k: number;
  readonly M: number;
  readonly efConstruction: number;
  readonly seed: number;
  readonly curve: readonly ReferencePoint[];
  /** The first efSearch of the curve with recall ≥ 0.999; null when there is none. */
  readonly efSearchFor999: number | null;
  /** One a point of the curve. */
  readonly timings: readonly ReferenceTiming[];
  /** Wall time of the build, be it now or when the index was saved. */
  readonly buildMs: number;
  /** Whether a saved index was used. */
  readonly loaded: boolean;
  /** Why a saved index was not used; null where none lay there, or it was used. */
  readonly distrust: string | null;
}

const EF_SEARCHES = [16, 32, 64, 128, 256, 512] as const;
const GOOD_RECALL = 0.999;

/**
 * Builds (or loads) a reference index and audits it against exact truth at rising efSearch.
 *
 * @throws UsageError for bad parameters, shapes that do not fit and non-finite rows (the id is named)
 * @throws InfrastructureError `truth.reference-index` when the native index fails
 * @throws the signal's reason when it is aborted
 */
export async function auditReferenceIndex(
  input: ReferenceAuditInput,
): Promise<ReferenceIndexAudit> {
  const { documents, queries, truth, k, signal } = input;
  const { M = 16, efConstruction = 200, seed = 100 } = input;
  checkReferenceParameters({ k, M, efConstruction, seed });
  const count = rowsOf(null, squaredNorms(documents, 'document')).length;
  if (truth.length !== queries.ids.length) {
    throw new UsageError(
      'truth.reference-index',
      `${counted(queries.ids.length, 'query', 'queries')} came with ${truth.length} truth lists`,
    );
  }
  const about = { count, dimension: documents.dimension, k, M, efConstruction, seed };
  const curve: ReferencePoint[] = [];
  const timings: ReferenceTiming[] = [];
  if (count === 0) {
    const none = { buildMs: 0, loaded: false, distrust: null };
    return { ...about, curve, efSearchFor999: null, timings, ...none };
  }
  const index = await openReferenceIndex({
    documents,
    queries,
    k,
    M,
    efConstruction,
    seed,
    cacheFolder: input.cacheFolder ?? null,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    for (const efSearch of usableEfSearches(input.efSearches ?? [k, ...EF_SEARCHES], k, count)) {
      const search = await index.search(efSearch);
      curve.push({ efSearch, ...auditPoint(search, index.searched, input) });
      timings.push({ efSearch, p50Us: search.p50Us, p95Us: search.p95Us });
    }
  } finally {
    await index.close();
  }
  return {
    ...about,
    curve,
    efSearchFor999: curve.find(({ recall }) => (recall ?? 0) >= GOOD_RECALL)?.efSearch ?? null,
    timings,
    buildMs: index.buildMs,
    loaded: index.loaded,
    distrust: index.distrust,
  };
}

function usableEfSearches(wanted: readonly number[], k: number, count: number): number[] {
  return [...new Set(wanted.map((ef) => Math.min(ef, count)))]
    .filter((ef) => ef >= Math.min(k, count))
    .sort((a, b) => a - b);
}

const emptyList: TruthList = { keys: [], scores: new Float64Array(0), allowedCount: 0 };

function auditPoint(
  { found, places }: ReferenceSearch,
  searched: readonly number[],
  { documents, truth, k }: ReferenceAuditInput,
): Omit<ReferencePoint, 'efSearch'> {
  let sum = 0;
  let idSum = 0;
  let n = 0;
  searched.forEach((query, i) => {
    const list = truth[query] ?? emptyList;
    const returned: string[] = [];
    for (const row of found.subarray(i * places, (i + 1) * places)) {
      if (row >= 0) returned.push(documents.ids[row] ?? '');
    }
    // Lists are widened by ties, so what is not listed is not tied with the cut either.
    const scores = new Map(list.keys.map((key, place) => [key, list.scores[place] ?? null]));
    const scoreOf = (key: string) => scores.get(key) ?? null;
    const { recall } = tieAwareRecallAtK(returned, k, list.scores, scoreOf);
    const { recall: idRecall } = recallAtK(list.keys, returned, k);
    if (recall === null || idRecall === null) return;
    sum += recall;
    idSum += idRecall;
    n++;
  });
  return { recall: n === 0 ? null : sum / n, idRecall: n === 0 ? null : idSum / n, n };
}
