import type { CorpusMetric } from '../../corpus/types.ts';
import { TIE_EPSILON, tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { VectorTable } from '../../record/types.ts';
import type { VectorBlocks } from '../../record/vectors/vector-blocks.ts';
import type { TruthList } from '../types.ts';
import type { GivenTruth } from './given-truth.ts';
import { type ScannedScores, scanScores } from './metric-scan.ts';

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
  readonly metric: CorpusMetric;
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

/** A given ground truth and what it is held against. */
export interface GivenInput {
  readonly given: GivenTruth;
  /** Keys of all documents, in the order that row numbers count. */
  readonly documentKeys: readonly string[];
  /** Read only where another metric than cosine is scanned. */
  readonly documents: VectorBlocks;
  readonly queries: VectorTable;
  /** The metric of the exact lists. */
  readonly metric: CorpusMetric;
  /** Exact lists, one a query, made with k′ ≥ k. */
  readonly lists: readonly TruthList[];
  readonly k: number;
}

/**
 * Compares a given ground truth with ours at min(k, its length), by tie-aware recall of theirs. Under the
 * corpus's metric all queries are held against the exact lists; under another one as many queries as some
 * seconds allow, evenly spaced, are scanned in float64.
 */
export async function compareGiven(input: GivenInput): Promise<GivenComparison> {
  const { given, documentKeys, queries, k } = input;
  const metric = given.metric ?? input.metric;
  const depth = Math.min(k, given.lists.k);
  const differences: GivenDifference[] = [];
  let compared = 0;
  let sum = 0;
  let defined = 0;
  let withDuplicates = 0;
  let short = 0;
  for await (const { query, keys, scores, epsilon, exact } of nearest(input, metric, depth)) {
    compared++;
    const theirs = keysOf(given, query, documentKeys).slice(0, depth);
    const found = tieAwareRecallAtK(theirs, depth, scores, exact, epsilon);
    if (found.duplicates > 0) withDuplicates++;
    if (theirs.length < Math.min(depth, documentKeys.length)) short++;
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
    compared,
    given: given.lists.count,
    recall: defined === 0 ? null : sum / defined,
    undefinedCount: compared - defined,
    differences,
    withDuplicates,
    short,
    unordered: unorderedLists(given),
  };
}

interface Nearest {
  readonly query: number;
  readonly keys: readonly string[];
  readonly scores: ArrayLike<number>;
  readonly epsilon: number;
  readonly exact: (key: string) => number | null;
}

async function* nearest(
  { documentKeys, documents, queries, lists, metric: ours }: GivenInput,
  metric: CorpusMetric,
  depth: number,
): AsyncGenerator<Nearest> {
  if (metric === ours) {
    for (const [query, list] of lists.entries()) yield listedNearest(query, list);
    return;
  }
  const rows = new Map(documentKeys.map((key, row) => [key, row]));
  const chosen = evenly(queries.ids.length, documents);
  for await (const scanned of scanScores(documents, queries, chosen, metric)) {
    yield scannedNearest(scanned, documentKeys, rows, depth);
  }
}

/** Lists are widened by ties, so what is not listed is neither nearer than the cut nor tied with it. */
function listedNearest(query: number, { keys, scores }: TruthList): Nearest {
  const byKey = new Map(keys.map((key, place) => [key, scores[place] ?? null]));
  return { query, keys, scores, epsilon: TIE_EPSILON, exact: (key) => byKey.get(key) ?? null };
}

function scannedNearest(
  { query, scores, epsilon }: ScannedScores,
  documentKeys: readonly string[],
  rows: ReadonlyMap<string, number>,
  depth: number,
): Nearest {
  const sorted = scores.slice().sort().reverse();
  const boundary = sorted[Math.min(depth, sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
  const near: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if ((scores[row] ?? 0) >= boundary) near.push(row);
  }
  near.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return {
    query,
    keys: near.map((row) => documentKeys[row] ?? ''),
    scores: sorted.subarray(0, depth),
    epsilon,
    exact: (key) => scores[rows.get(key) ?? -1] ?? null,
  };
}

function evenly(count: number, { rowCount, dimension }: VectorBlocks): number[] {
  const affordable = Math.max(1, Math.floor(SCAN_BUDGET / Math.max(1, rowCount * dimension)));
  const taken = Math.min(count, affordable);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}

function keysOf({ lists }: GivenTruth, query: number, documentKeys: readonly string[]): string[] {
  const rows = lists.ids.subarray(query * lists.k, (query + 1) * lists.k);
  return Array.from(
    rows.filter((row) => row >= 0),
    (row) => documentKeys[row] ?? '',
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
