import { InfrastructureError, UsageError } from '../../errors.ts';
import { recallAtK } from '../../metrics/ranking/recall.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { VectorTable } from '../../record/types.ts';
import { squaredNorms } from '../cosine.ts';
import { rowsOf } from '../engines/prepare.ts';
import type { TruthList } from '../types.ts';
import { startWorker } from '../workers/worker.ts';
import type { ReferenceIndexReply, ReferenceIndexTask } from './reference-index-protocol.ts';

/** What the reference index is built from and audited with: one collection, unfiltered queries. */
export interface ReferenceIndexInput {
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
  /** Wall time; differs from run to run and stays out of tables that must be equal to the byte. */
  readonly buildMs: number;
  /** Median search in µs at `efSearchFor999`, or else at the last point; a timing, as `buildMs`. */
  readonly searchP50Us: number | null;
}

const EF_SEARCHES = [16, 32, 64, 128, 256, 512] as const;
const GOOD_RECALL = 0.999;

/**
 * Builds an hnswlib index (inner product over rows normalised in float64) in a worker thread and
 * audits it against exact truth at efSearch = k, 16, 32, … 512, none above the number of rows.
 *
 * @throws UsageError for bad parameters, shapes that do not fit and non-finite rows (the id is named)
 * @throws InfrastructureError `truth.reference-index` when the native index fails
 * @throws the signal's reason when it is aborted
 */
export async function auditReferenceIndex(
  input: ReferenceIndexInput,
): Promise<ReferenceIndexAudit> {
  input.signal?.throwIfAborted();
  const { documents, queries, truth, k, signal } = input;
  const { M = 16, efConstruction = 200, seed = 100 } = input;
  checkParameters({ k, M, efConstruction, seed });
  const documentSquares = squaredNorms(documents, 'document');
  const querySquares = squaredNorms(queries, 'query');
  const rows = rowsOf(null, documentSquares);
  if (truth.length !== queries.ids.length) {
    throw new UsageError(
      'truth.reference-index',
      `${queries.ids.length} queries came with ${truth.length} truth lists`,
    );
  }
  const about = { count: rows.length, dimension: documents.dimension, k, M, efConstruction, seed };
  if (rows.length === 0) {
    return { ...about, curve: [], efSearchFor999: null, buildMs: 0, searchP50Us: null };
  }
  if (queries.ids.length > 0 && queries.dimension !== documents.dimension) {
    throw new UsageError(
      'truth.dimension',
      `documents have ${documents.dimension} dimensions and queries ${queries.dimension}`,
      { hint: 'embed both with the same model' },
    );
  }
  const audited = queries.ids.flatMap((_, query) =>
    (querySquares[query] ?? 0) > 0 ? [query] : [],
  );
  const efSearches = [...new Set([k, ...EF_SEARCHES].map((ef) => Math.min(ef, rows.length)))]
    .filter((ef) => ef >= Math.min(k, rows.length))
    .sort((a, b) => a - b);
  const task: ReferenceIndexTask = {
    dimension: documents.dimension,
    documents: documents.values.slice(),
    documentSquares,
    rows: rows.slice(),
    queryValues: queries.values.slice(),
    querySquares,
    queries: audited,
    k,
    efSearches,
    M,
    efConstruction,
    seed,
  };
  const curve: (ReferencePoint & { readonly p50Us: number | null })[] = [];
  let buildMs = 0;
  await runWorker(task, signal, (reply) => {
    if (reply.kind === 'built') buildMs = reply.buildMs;
    if (reply.kind === 'searched') {
      const point = auditPoint(reply.found, reply.places, audited, input);
      curve.push({ efSearch: reply.efSearch, ...point, p50Us: reply.p50Us });
    }
  });
  const good = curve.find((point) => (point.recall ?? 0) >= GOOD_RECALL);
  return {
    ...about,
    curve: curve.map(({ p50Us: _, ...point }) => point),
    efSearchFor999: good?.efSearch ?? null,
    buildMs,
    searchP50Us: (good ?? curve.at(-1))?.p50Us ?? null,
  };
}

const emptyList: TruthList = { keys: [], scores: new Float64Array(0), allowedCount: 0 };

/** The binding takes these unchecked: M = 1 divides by zero, others wrap or exhaust memory. */
function checkParameters(parameters: Readonly<Record<string, number>>): void {
  const limits: Readonly<Record<string, readonly [number, number]>> = {
    k: [1, 1_000_000],
    M: [2, 10_000],
    efConstruction: [1, 1_000_000],
    seed: [0, 0xffff_ffff],
  };
  for (const [name, [least, most]] of Object.entries(limits)) {
    const value = parameters[name] ?? Number.NaN;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new UsageError(
        'truth.reference-index',
        `reference index: ${name} must be a whole number from ${least} to ${most}, got ${value}`,
      );
    }
  }
}

function auditPoint(
  found: Int32Array,
  places: number,
  audited: readonly number[],
  { documents, truth, k }: ReferenceIndexInput,
): Omit<ReferencePoint, 'efSearch'> {
  let sum = 0;
  let idSum = 0;
  let n = 0;
  audited.forEach((query, i) => {
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

function runWorker(
  task: ReferenceIndexTask,
  signal: AbortSignal | undefined,
  onReply: (reply: ReferenceIndexReply) => void,
): Promise<void> {
  const worker = startWorker('reference-index-worker', task, [
    task.documents.buffer as ArrayBuffer,
    task.queryValues.buffer as ArrayBuffer,
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (reply: ReferenceIndexReply) => {
    if (reply.kind === 'done') return resolve();
    try {
      onReply(reply);
    } catch (error) {
      reject(error);
    }
  });
  worker.on('error', (cause) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    reject(
      new InfrastructureError('truth.reference-index', `the reference index failed: ${why}`, {
        hint: 'npm rebuild hnswlib-node builds the native index for this machine',
        cause,
      }),
    );
  });
  worker.on('exit', () => {
    reject(
      new InfrastructureError(
        'truth.reference-index',
        'the reference index ended before its answer',
      ),
    );
  });
  return promise.finally(async () => {
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  });
}
