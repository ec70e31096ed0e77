import type { ImportMetric } from '../../corpus/import/types.ts';
import { TIE_EPSILON, tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { VectorTable } from '../../record/types.ts';
import type { TruthList } from '../../truth/types.ts';
import type { GivenTruth } from './given-truth.ts';
import { scanScores } from './metric-scan.ts';

/** One query on which a given ground truth and ours disagree. */
export interface GivenDifference {
  readonly queryId: string;
  readonly recall: number;
  /** Documents that are listed and are not among the nearest. */
  readonly onlyTheirs: readonly string[];
  /** Nearer documents that are not listed. */
  readonly onlyOurs: readonly string[];
}

/** A given ground truth held against ours. */
export interface GivenComparison {
  readonly source: string;
  readonly metric: ImportMetric;
  /** False where the source did not name its metric, so that cosine was assumed. */
  readonly metricKnown: boolean;
  readonly k: number;
  /** Queries compared; fewer than given where another metric had to be scanned. */
  readonly compared: number;
  readonly given: number;
  /** Mean tie-aware recall of theirs against ours; null where no query has truth. */
  readonly recall: number | null;
  readonly undefinedCount: number;
  readonly differences: readonly GivenDifference[];
  /** Lists with a document twice. */
  readonly withDuplicates: number;
  /** Lists shorter than k although more documents could be listed. */
  readonly short: number;
  /** Lists whose distances neither only rise nor only fall; null where no distances were given. */
  readonly unordered: number | null;
}

/** Multiplications that a scan under another metric may take: some seconds. */
const SCAN_BUDGET = 2e9;

/**
 * Compares a given ground truth with ours at min(k, its length), by tie-aware recall of theirs. For
 * cosine all queries are held against the exact lists; for another metric as many queries as some seconds
 * allow, evenly spaced, are scanned in float64.
 *
 * @param lists exact cosine lists, one a query
 * @param scoreOf exact cosine of a query and a document key; null where it is undefined
 */
export function compareGiven(
  given: GivenTruth,
  documents: VectorTable,
  queries: VectorTable,
  lists: readonly TruthList[],
  scoreOf: (query: number, key: string) => number | null,
  k: number,
): GivenComparison {
  const metric = given.metric ?? 'cosine';
  const depth = Math.min(k, given.lists.k);
  const chosen =
    metric === 'cosine' ? [...queries.ids.keys()] : evenly(queries.ids.length, documents);
  const rows = new Map(documents.ids.map((key, row) => [key, row]));
  const differences: GivenDifference[] = [];
  let sum = 0;
  let defined = 0;
  let withDuplicates = 0;
  let short = 0;
  for (const query of chosen) {
    const theirs = keysOf(given, query, documents).slice(0, depth);
    const ours =
      metric === 'cosine'
        ? cosineTruth(lists[query], (key) => scoreOf(query, key))
        : scannedTruth({ documents, queries, rows }, query, metric, depth);
    const { keys, scores, epsilon, exact } = ours;
    const found = tieAwareRecallAtK(theirs, depth, scores, exact, epsilon);
    if (found.duplicates > 0) withDuplicates++;
    if (theirs.length < Math.min(depth, documents.ids.length)) short++;
    if (found.recall === null || found.boundary === null) continue;
    sum += found.recall;
    defined++;
    if (found.recall === 1) continue;
    const { boundary } = found;
    const listed = new Set(theirs);
    differences.push({
      queryId: queries.ids[query] ?? String(query),
      recall: found.recall,
      onlyTheirs: [...listed].filter((key) => (exact(key) ?? -Infinity) < boundary - epsilon),
      onlyOurs: keys.slice(0, found.denom).filter((key) => !listed.has(key)),
    });
  }
  return {
    source: given.source,
    metric,
    metricKnown: given.metric !== null,
    k: depth,
    compared: chosen.length,
    given: given.lists.count,
    recall: defined === 0 ? null : sum / defined,
    undefinedCount: chosen.length - defined,
    differences,
    withDuplicates,
    short,
    unordered: unorderedLists(given),
  };
}

interface Nearest {
  readonly keys: readonly string[];
  readonly scores: ArrayLike<number>;
  readonly epsilon: number;
  readonly exact: (key: string) => number | null;
}

function cosineTruth(list: TruthList | undefined, exact: (key: string) => number | null): Nearest {
  return { keys: list?.keys ?? [], scores: list?.scores ?? [], epsilon: TIE_EPSILON, exact };
}

function scannedTruth(
  {
    documents,
    queries,
    rows,
  }: {
    readonly documents: VectorTable;
    readonly queries: VectorTable;
    readonly rows: ReadonlyMap<string, number>;
  },
  query: number,
  metric: 'euclidean' | 'dot',
  depth: number,
): Nearest {
  const { scores, epsilon } = scanScores(documents, queries, query, metric);
  const sorted = scores.slice().sort().reverse();
  const boundary = sorted[Math.min(depth, sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
  const nearest = [...scores.keys()]
    .filter((row) => (scores[row] ?? 0) >= boundary)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return {
    keys: nearest.map((row) => documents.ids[row] ?? ''),
    scores: sorted.subarray(0, depth),
    epsilon,
    exact: (key) => scores[rows.get(key) ?? -1] ?? null,
  };
}

function evenly(count: number, { ids, dimension }: VectorTable): number[] {
  const affordable = Math.max(1, Math.floor(SCAN_BUDGET / Math.max(1, ids.length * dimension)));
  const taken = Math.min(count, affordable);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}

function keysOf({ lists }: GivenTruth, query: number, documents: VectorTable): string[] {
  const rows = lists.ids.subarray(query * lists.k, (query + 1) * lists.k);
  return Array.from(
    rows.filter((row) => row >= 0),
    (row) => documents.ids[row] ?? '',
  );
}

function unorderedLists({ lists }: GivenTruth): number | null {
  const { distances, ids, k, count } = lists;
  if (distances === null) return null;
  let unordered = 0;
  for (let query = 0; query < count; query++) {
    let rises = false;
    let falls = false;
    for (let at = query * k + 1; at < (query + 1) * k && (ids[at] ?? -1) >= 0; at++) {
      const step = (distances[at] ?? 0) - (distances[at - 1] ?? 0);
      if (!(step <= 0)) rises = true;
      if (!(step >= 0)) falls = true;
    }
    if (rises && falls) unordered++;
  }
  return unordered;
}
