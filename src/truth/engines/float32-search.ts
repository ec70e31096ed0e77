import { TIE_EPSILON } from '../../metrics/ranking/tie-aware-recall.ts';
import { cosineOf, dot } from '../cosine.ts';
import { float32Bound } from './float32-bound.ts';
import type { Float32Task } from './float32-protocol.ts';
import { rowsOf } from './prepare.ts';
import { type PairSource, QUERIES_PER_BLOCK, ROWS_PER_BLOCK, scoreBlock } from './score-block.ts';
import { kthLargest, selectTop } from './select.ts';

/** Multiplies a block of unit queries with a block of unit rows and keeps the best `count` of each query. */
export type MultiplyTopK = (
  queries: Float32Array,
  rows: Float32Array,
  dimension: number,
  count: number,
) => Promise<{ scores: Float32Array; places: Int32Array }>;

/** An exact list as row numbers and scores. */
export interface RowList {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
}

/** Candidates of one query: their rows and float32 scores. */
interface Candidates {
  rows: number[];
  scores: number[];
  /** The best float32 score that a block left out. */
  bestLeftOut: number;
  /** No row with a lower float32 score can be in the list. */
  floor: number;
  /** Length at which those below the floor are dropped, so that memory does not grow with the rows. */
  limit: number;
}

/** How much more is taken of each block when a list was not proved complete. */
const WIDENING = 8;

/**
 * Exact lists by a float32 filter: candidates of every block, float64 rescoring of those that the
 * error bound cannot exclude, and a proof that no row left out can reach the list; where the proof
 * fails the candidates are widened, and at last the query is scored in float64 against every row.
 */
export async function searchFloat32(
  task: Float32Task,
  multiply: MultiplyTopK,
  onProgress: (share: number) => void,
): Promise<{ lists: Map<number, RowList>; widenedQueries: number }> {
  const lists = new Map<number, RowList>();
  const total = task.groups.reduce((sum, group) => sum + group.queries.length, 0);
  let widenedQueries = 0;
  for (const group of task.groups) {
    const rows = rowsOf(group.bitmap, task.pairs.documentSquares);
    let open = group.queries;
    let count = task.kPrime + task.tuning.pad;
    const { smallWork, rowsPerBlock } = task.tuning;
    if (rows.length * open.length * task.pairs.dimension >= smallWork) {
      // Sorting more than half of a block costs more than scoring it in float64.
      while (open.length > 0 && (count * 2 <= rowsPerBlock || count >= rows.length)) {
        open = await filterPass(task, multiply, rows, open, count, lists, (share) =>
          onProgress((lists.size + share * open.length) / total),
        );
        widenedQueries += count === task.kPrime + task.tuning.pad ? open.length : 0;
        count *= WIDENING;
      }
    }
    bruteForce(task, rows, open, lists);
    onProgress(lists.size / total);
  }
  return { lists, widenedQueries };
}

/** One pass over all blocks; stores the lists that are proved and returns the queries that are not. */
async function filterPass(
  task: Float32Task,
  multiply: MultiplyTopK,
  rows: Uint32Array,
  queries: readonly number[],
  count: number,
  lists: Map<number, RowList>,
  onProgress: (share: number) => void,
): Promise<readonly number[]> {
  const { pairs, tuning, kPrime } = task;
  const { dimension } = pairs;
  const unitQueries = new Float32Array(queries.length * dimension);
  normaliseInto(unitQueries, pairs.queries, pairs.querySquares, queries, dimension);
  const unitRows = new Float32Array(Math.min(rows.length, tuning.rowsPerBlock) * dimension);
  const candidates = queries.map(
    (): Candidates => ({
      rows: [],
      scores: [],
      bestLeftOut: Number.NEGATIVE_INFINITY,
      floor: Number.NEGATIVE_INFINITY,
      limit: 4 * count,
    }),
  );
  const bound = float32Bound(dimension);
  for (let from = 0; from < rows.length; from += tuning.rowsPerBlock) {
    const block = rows.subarray(from, from + tuning.rowsPerBlock);
    const taken = Math.min(count, block.length);
    normaliseInto(unitRows, pairs.documents, pairs.documentSquares, block, dimension);
    const unitBlock = unitRows.subarray(0, block.length * dimension);
    for (let first = 0; first < queries.length; first += tuning.queriesPerBlock) {
      const last = Math.min(first + tuning.queriesPerBlock, queries.length);
      const unit = unitQueries.subarray(first * dimension, last * dimension);
      const { scores, places } = await multiply(unit, unitBlock, dimension, taken);
      for (let query = first; query < last; query++) {
        const from = (query - first) * taken;
        const into = candidates[query];
        if (into === undefined) continue;
        addCandidates(into, block, scores, places, from, from + taken);
        if (taken < block.length) {
          const last = scores[from + taken - 1] as number;
          into.bestLeftOut = Math.max(into.bestLeftOut, last);
        }
        if (into.rows.length > into.limit) {
          dropHopeless(into, kPrime, bound);
          into.limit = Math.max(into.limit, 2 * into.rows.length);
        }
      }
    }
    onProgress(Math.min(1, (from + block.length) / rows.length));
  }
  return queries.filter((query, i) => {
    const list = proveList(pairs, task.keyRanks, query, candidates[i], kPrime, bound);
    if (list !== null) lists.set(query, list);
    return list === null;
  });
}

function addCandidates(
  into: Candidates,
  block: Uint32Array,
  scores: Float32Array,
  places: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const score = scores[i] as number;
    if (score < into.floor) break;
    into.rows.push(block[places[i] as number] as number);
    into.scores.push(score);
  }
}

/** Raises the floor to 2·bound + ε below the k′-th float32 score and drops what lies under it. */
function dropHopeless(candidates: Candidates, kPrime: number, bound: number): void {
  const scores = Float64Array.from(candidates.scores);
  const floor = kthLargest(scores, scores.length, kPrime) - 2 * bound - TIE_EPSILON;
  const above = (_: number, i: number) => (scores[i] as number) >= floor;
  candidates.floor = floor;
  candidates.rows = candidates.rows.filter(above);
  candidates.scores = candidates.scores.filter(above);
}

/**
 * The exact list of one query, or null where its candidates do not prove it.
 *
 * Candidates below the floor cannot be in the list: the k′ best in float32 score at least the k′-th
 * float32 score − bound in truth, and those below it at most that − bound − ε. A row that a block left
 * out scores at most `bestLeftOut + bound`, so the list is complete when that is below the exact k′-th
 * score by more than ε.
 */
function proveList(
  pairs: PairSource,
  keyRanks: Uint32Array,
  query: number,
  candidates: Candidates | undefined,
  kPrime: number,
  bound: number,
): RowList | null {
  if (candidates === undefined) return null;
  const { dimension, documents, queries, documentSquares, querySquares } = pairs;
  dropHopeless(candidates, kPrime, bound);
  const survivors = Uint32Array.from(candidates.rows);
  const exact = Float64Array.from(survivors, (row) => {
    const product = dot(documents, row * dimension, queries, query * dimension, dimension);
    return cosineOf(product, documentSquares[row] as number, querySquares[query] as number);
  });
  const threshold = kthLargest(exact, exact.length, kPrime);
  const complete =
    candidates.bestLeftOut === Number.NEGATIVE_INFINITY ||
    candidates.bestLeftOut + bound < threshold - TIE_EPSILON;
  return complete ? selectTop(survivors, exact, keyRanks, kPrime) : null;
}

function normaliseInto(
  out: Float32Array,
  values: Float32Array,
  squares: Float64Array,
  rows: Uint32Array | readonly number[],
  dimension: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const norm = Math.sqrt(squares[row] as number);
    const from = row * dimension;
    const to = i * dimension;
    for (let t = 0; t < dimension; t++) out[to + t] = (values[from + t] as number) / norm;
  }
}

function bruteForce(
  { pairs, keyRanks, kPrime }: Float32Task,
  rows: Uint32Array,
  queries: readonly number[],
  lists: Map<number, RowList>,
): void {
  for (let from = 0; from < queries.length; from += QUERIES_PER_BLOCK) {
    const some = queries.slice(from, from + QUERIES_PER_BLOCK);
    const scores = some.map(() => new Float64Array(rows.length));
    for (let row = 0; row < rows.length; row += ROWS_PER_BLOCK) {
      scoreBlock(pairs, rows.subarray(row, row + ROWS_PER_BLOCK), some, scores, row);
    }
    some.forEach((query, i) => {
      lists.set(query, selectTop(rows, scores[i] ?? new Float64Array(0), keyRanks, kPrime));
    });
  }
}
