import { TIE_EPSILON } from '../../../metrics/ranking/tie-aware-recall.ts';
import { cosineOf, dot } from '../../cosine.ts';
import { bruteForce } from '../brute-force.ts';
import type { EngineTuning } from '../pool/protocol.ts';
import type { OpenShard, RowList, ShardAnswer, ShardAsk, ShardSource } from '../pool/shard.ts';
import { placesOf, rowsOf } from '../prepare.ts';
import type { PairSource } from '../score-block.ts';
import { keepTop, kthLargest } from '../select.ts';
import { float32Bound } from './bound.ts';

/** Multiplies a block of unit queries with a block of unit rows and keeps the best `count` of each query. */
export type MultiplyTopK = (
  queries: Float32Array,
  rows: Float32Array,
  dimension: number,
  count: number,
) => Promise<{ scores: Float32Array; places: Int32Array }>;

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

/** A shard under search. */
interface Search {
  readonly pairs: PairSource;
  /** Rows that are not zero, rising, and their unit forms in the same order. */
  readonly stored: Uint32Array;
  readonly unitRows: Float32Array;
  readonly multiply: MultiplyTopK;
  readonly tuning: EngineTuning;
  readonly kPrime: number;
  readonly bound: number;
}

/** Normalises a shard, and searches it with exact lists by a float32 filter. */
export function openFloat32Shard(
  source: ShardSource,
  multiply: MultiplyTopK,
  tuning: EngineTuning,
): OpenShard {
  const { dimension, values, squares } = source;
  const stored = rowsOf(null, squares);
  const unitRows = new Float32Array(stored.length * dimension);
  normaliseInto(unitRows, values, squares, stored, dimension);
  return {
    search: (ask, onProgress) => {
      const search: Search = {
        pairs: {
          dimension,
          documents: values,
          queries: ask.queries,
          documentSquares: squares,
          querySquares: ask.querySquares,
        },
        stored,
        unitRows,
        multiply,
        tuning,
        kPrime: ask.kPrime,
        bound: float32Bound(dimension) * tuning.boundShare,
      };
      return searchFloat32(search, ask, onProgress);
    },
    close: () => {},
  };
}

/**
 * Exact lists by a float32 filter: candidates of every block, float64 rescoring of those that the
 * error bound cannot exclude, and a proof that no row left out can reach the list; where the proof
 * fails the candidates are widened, and at last the query is scored in float64 against every row.
 */
async function searchFloat32(
  search: Search,
  ask: ShardAsk,
  onProgress: (share: number) => void,
): Promise<ShardAnswer> {
  const { pairs, tuning, stored, kPrime } = search;
  const lists = new Map<number, RowList>();
  const widened: number[] = [];
  const total = ask.groups.reduce((sum, group) => sum + group.queries.length, 0);
  for (const { bitmap, queries } of ask.groups) {
    const places = placesOf(stored, bitmap);
    let open = queries;
    let count = kPrime + tuning.pad;
    const { smallWork, rowsPerBlock } = tuning;
    if (places.length * open.length * pairs.dimension > smallWork) {
      // Sorting more than half of a block costs more than scoring it in float64.
      while (open.length > 0 && (count * 2 <= rowsPerBlock || count >= places.length)) {
        const queries = open;
        open = await filterPass(search, {
          places,
          queries,
          count,
          lists,
          onProgress: (share) => onProgress((lists.size + share * queries.length) / total),
        });
        if (count === kPrime + tuning.pad) widened.push(...open);
        count *= WIDENING;
      }
    }
    const rows = places.map((place) => stored[place] as number);
    bruteForce(pairs, rows, open, kPrime, lists);
    onProgress(lists.size / total);
  }
  return { lists, widened };
}

/** One pass over all blocks; stores the lists that are proved and returns the queries that are not. */
async function filterPass(
  search: Search,
  pass: {
    readonly places: Uint32Array;
    readonly queries: readonly number[];
    readonly count: number;
    readonly lists: Map<number, RowList>;
    readonly onProgress: (share: number) => void;
  },
): Promise<readonly number[]> {
  const { places, queries, count, lists, onProgress } = pass;
  const { pairs, tuning, kPrime, multiply, bound, stored } = search;
  const { dimension } = pairs;
  const unitQueries = new Float32Array(queries.length * dimension);
  normaliseInto(unitQueries, pairs.queries, pairs.querySquares, queries, dimension);
  const gathered = new Float32Array(Math.min(places.length, tuning.rowsPerBlock) * dimension);
  const candidates = queries.map(
    (): Candidates => ({
      rows: [],
      scores: [],
      bestLeftOut: Number.NEGATIVE_INFINITY,
      floor: Number.NEGATIVE_INFINITY,
      limit: 4 * count,
    }),
  );
  for (let from = 0; from < places.length; from += tuning.rowsPerBlock) {
    const somePlaces = places.subarray(from, from + tuning.rowsPerBlock);
    const block = somePlaces.map((place) => stored[place] as number);
    const taken = Math.min(count, block.length);
    const unitBlock = unitRowsOf(search, somePlaces, gathered);
    for (let first = 0; first < queries.length; first += tuning.queriesPerBlock) {
      const last = Math.min(first + tuning.queriesPerBlock, queries.length);
      const unit = unitQueries.subarray(first * dimension, last * dimension);
      const { scores, places: found } = await multiply(unit, unitBlock, dimension, taken);
      for (let query = first; query < last; query++) {
        const from = (query - first) * taken;
        const into = candidates[query];
        if (into === undefined) continue;
        addCandidates(into, block, {
          scores: scores.subarray(from, from + taken),
          places: found.subarray(from, from + taken),
        });
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
    onProgress(Math.min(1, (from + block.length) / places.length));
  }
  return queries.filter((query, i) => {
    const list = proveList(pairs, query, candidates[i], kPrime, bound);
    if (list !== null) lists.set(query, list);
    return list === null;
  });
}

/** Unit rows of some places: where they lie when that is side by side, and else gathered. */
function unitRowsOf(
  { unitRows, pairs: { dimension } }: Search,
  places: Uint32Array,
  gathered: Float32Array,
): Float32Array {
  const first = places[0] as number;
  if ((places[places.length - 1] as number) - first === places.length - 1) {
    return unitRows.subarray(first * dimension, (first + places.length) * dimension);
  }
  places.forEach((place, i) => {
    const row = unitRows.subarray(place * dimension, (place + 1) * dimension);
    gathered.set(row, i * dimension);
  });
  return gathered.subarray(0, places.length * dimension);
}

/** Adds the best rows of a block to those of one query: their scores, best first, and their places in the block. */
function addCandidates(
  into: Candidates,
  block: Uint32Array,
  { scores, places }: { readonly scores: Float32Array; readonly places: Int32Array },
): void {
  for (let i = 0; i < scores.length; i++) {
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
  return complete ? keepTop(survivors, exact, kPrime) : null;
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
