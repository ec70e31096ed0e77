import type { Corpus, Query } from '../corpus/types.ts';
import type { Arm, Cell } from '../record/types.ts';
import { type Random, randomStream } from '../stats/random.ts';

/** Queries asked of both sides in one go; `rounds` are pairs of arms, one of each side, that run side by side. */
export interface QualityBlock {
  readonly cell: Cell;
  readonly block: number;
  readonly queries: readonly Query[];
  readonly rounds: readonly (readonly [Arm, Arm])[];
}

/** One timed block of one side; the two blocks of a `pair` ask the same queries. */
export interface LatencyBlock {
  readonly cell: Cell;
  readonly block: number;
  readonly pair: number;
  readonly arm: Arm;
  readonly queries: readonly Query[];
}

/** One closed-loop slice at fixed concurrency. */
export interface ThroughputSlice {
  readonly cell: Cell;
  readonly block: number;
  readonly arm: Arm;
  readonly queries: readonly Query[];
}

/** Everything a run will ask, decided before the first request. */
export interface RunPlan {
  /** Distinct queries of the run, in corpus order. */
  readonly queries: readonly Query[];
  /** Queries of each cell, in corpus order. */
  readonly cells: readonly { readonly cell: Cell; readonly queries: readonly Query[] }[];
  readonly quality: readonly QualityBlock[];
  readonly latency: readonly LatencyBlock[];
  readonly throughput: readonly ThroughputSlice[];
}

/** The sizes a plan is made from. */
export interface PlanOptions {
  readonly seed: number;
  readonly cells: readonly Cell[];
  readonly maxNeeds: number | null;
  readonly qualityBlockSize: number;
  /** Draw needs instead of queries, and keep the queries of a need in one block. */
  readonly wholeNeeds?: boolean;
  readonly latencyBlockPairs: number;
  readonly requestsPerLatencyBlock: number;
  readonly throughputSlices: number;
  readonly requestsPerThroughputSlice: number;
}

/** Makes the plan of a run: pure, and the same for the same corpus, options and seed. */
export function planRun(corpus: Corpus, options: PlanOptions): RunPlan {
  const queries = selectNeeds(corpus.queries, options);
  const cells = options.cells.map((cell) => ({
    cell,
    queries: cell === 'search' ? queries.filter(isPlainSearch) : queries,
  }));
  return {
    queries,
    cells,
    quality: cells.flatMap((entry) => qualityBlocks(entry.cell, entry.queries, options)),
    latency: cells.flatMap((entry) => latencyBlocks(entry.cell, timeable(entry.queries), options)),
    throughput: cells.flatMap((entry) =>
      throughputSlices(entry.cell, timeable(entry.queries), options),
    ),
  };
}

/** `search` knows neither filters nor several collections. */
function isPlainSearch(query: Query): boolean {
  return query.filter === undefined && query.collections.length === 1;
}

/** Only queries that are one request on both sides are timed. */
function timeable(queries: readonly Query[]): Query[] {
  return queries.filter((query) => query.collections.length === 1);
}

function selectNeeds(queries: readonly Query[], options: PlanOptions): readonly Query[] {
  if (options.maxNeeds === null) return queries;
  const needs = [...new Set(queries.map((query) => query.need))];
  const chosen = new Set(
    randomStream(options.seed, 'needs').shuffled(needs).slice(0, options.maxNeeds),
  );
  return queries.filter((query) => chosen.has(query.need));
}

function qualityBlocks(
  cell: Cell,
  queries: readonly Query[],
  options: PlanOptions,
): QualityBlock[] {
  const random = randomStream(options.seed, `quality ${cell}`);
  const units =
    options.wholeNeeds === true ? [...Map.groupBy(queries, (query) => query.need).values()] : null;
  const order =
    units === null ? random.shuffled(queries).map((query) => [query]) : random.shuffled(units);
  const blocks: QualityBlock[] = [];
  for (const part of packed(order, options.qualityBlockSize)) {
    const incumbentArms = random.shuffled<Arm>(['A', 'A2']);
    const candidateArms = random.shuffled<Arm>(['B', 'B2']);
    blocks.push({
      cell,
      block: blocks.length,
      queries: part,
      rounds: incumbentArms.map((arm, index) => [arm, candidateArms[index] ?? 'B'] as const),
    });
  }
  return blocks;
}

/** Joins units in their order until a block has its size; a unit is never divided. */
function packed(units: readonly (readonly Query[])[], size: number): Query[][] {
  const blocks: Query[][] = [];
  for (const unit of units) {
    const last = blocks.at(-1);
    if (last === undefined || last.length >= size) blocks.push([...unit]);
    else last.push(...unit);
  }
  return blocks;
}

function latencyBlocks(cell: Cell, pool: readonly Query[], options: PlanOptions): LatencyBlock[] {
  if (pool.length === 0) return [];
  const random = randomStream(options.seed, `latency ${cell}`);
  const blocks: LatencyBlock[] = [];
  let order: readonly Arm[] = [];
  for (let pair = 0; pair < options.latencyBlockPairs; pair++) {
    if (pair % 2 === 0) order = random.below(2) === 0 ? ['A', 'B', 'B', 'A'] : ['B', 'A', 'A', 'B'];
    const queries = draw(pool, options.requestsPerLatencyBlock, random);
    for (const arm of order.slice((pair % 2) * 2, (pair % 2) * 2 + 2)) {
      blocks.push({ cell, block: blocks.length, pair, arm, queries });
    }
  }
  return blocks;
}

function throughputSlices(
  cell: Cell,
  pool: readonly Query[],
  options: PlanOptions,
): ThroughputSlice[] {
  if (pool.length === 0 || options.requestsPerThroughputSlice === 0) return [];
  const random = randomStream(options.seed, `throughput ${cell}`);
  const slices: ThroughputSlice[] = [];
  for (let pair = 0; pair < options.throughputSlices; pair++) {
    const queries = draw(pool, options.requestsPerThroughputSlice, random);
    const order: readonly Arm[] = pair % 2 === 0 ? ['A', 'B'] : ['B', 'A'];
    for (const arm of order) slices.push({ cell, block: slices.length, arm, queries });
  }
  return slices;
}

function draw(pool: readonly Query[], count: number, random: Random): Query[] {
  const drawn: Query[] = [];
  while (drawn.length < count) {
    drawn.push(...random.sample(pool, count - drawn.length));
  }
  return drawn;
}
