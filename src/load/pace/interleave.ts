import { UsageError } from '../../errors.ts';
import { randomOf } from '../../stats/random.ts';
import { type ArrivalProcess, queryRounds, type Schedule, warmUpDurationMs } from './schedule.ts';

/** Whether the queries of a block were put to both sides before in this run. */
export type Exposure = 'first' | 'repeat';

/** One stretch of requests to one arm. Two blocks with the same pair have the same queries and gaps. */
export interface LoadBlock {
  readonly block: number;
  readonly pair: number;
  /** 0 = first arm (A), 1 = second arm (B). */
  readonly arm: 0 | 1;
  readonly exposure: Exposure;
}

/** What interleaved blocks are made from. */
export interface InterleaveOptions {
  readonly pairCount: number;
  /** Measured requests a block. */
  readonly requestsPerBlock: number;
  /** Requests discarded after each switch of arms. */
  readonly discardPerBlock: number;
  readonly ratePerSecond: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  readonly queryCount: number;
  /** Decides which queries are reserved for warming up; by default `seed`. The same for all trials of a run. */
  readonly querySeed?: number;
  /** `first`: as many first touches as fit; `repeat`: none, any query; `reserved`: none, warm-up queries only. */
  readonly queries?: 'first' | 'repeat' | 'reserved';
  /** All of one arm first, then all of the other: only to show what that does. */
  readonly order?: 'interleaved' | 'sequential';
  /** Milliseconds of warm-up an arm; by default what `warmUpDurationMs` says. */
  readonly warmUpMs?: number;
}

/** A schedule of blocks, with what each block is. */
export interface InterleavedSchedule {
  readonly schedule: Schedule;
  readonly blocks: readonly LoadBlock[];
}

/** Arms of consecutive blocks: seeded ABBA or BAAB a group of four, AB or BA for an odd last pair. */
export function blockOrder(pairCount: number, seed: number): (0 | 1)[] {
  const random = randomOf(seed);
  const arms: (0 | 1)[] = [];
  for (let pair = 0; pair < pairCount; pair += 2) {
    const first = random.integer(0, 1) === 0 ? 0 : 1;
    const second = first === 0 ? 1 : 0;
    arms.push(first, second);
    if (pair + 1 < pairCount) arms.push(second, first);
  }
  return arms;
}

/**
 * Warm-up of both arms, then blocks in seeded ABBA/BAAB order at one rate. While enough queries are left
 * that neither side has seen, up to half of the pairs are first touches; the others repeat queries that
 * both sides have seen.
 * @throws UsageError where a count or the rate is not positive.
 */
export function interleavedSchedule(options: InterleaveOptions): InterleavedSchedule {
  const { pairCount, requestsPerBlock, discardPerBlock, ratePerSecond, seed } = options;
  if (!(pairCount >= 1 && requestsPerBlock >= 1 && discardPerBlock >= 0 && ratePerSecond > 0)) {
    throw new UsageError(
      'load-blocks-invalid',
      'interleaved load needs pairs, requests and a rate',
      {
        hint: 'pairs and requests a block must be at least 1, the rate above 0',
      },
    );
  }
  const perBlock = requestsPerBlock + discardPerBlock;
  const gapMs = 1000 / ratePerSecond;
  const random = randomOf(seed ^ 0x2545f491);
  const warmUpCount = Math.ceil((options.warmUpMs ?? warmUpDurationMs(ratePerSecond)) / gapMs);
  const exposures = exposurePlan(options, perBlock, warmUpCount);
  const arms =
    options.order === 'sequential'
      ? Array.from({ length: 2 * pairCount }, (_, index): 0 | 1 => (index < pairCount ? 0 : 1))
      : blockOrder(pairCount, seed);
  const pairs = Array.from({ length: pairCount }, () => {
    const gaps = Float64Array.from({ length: perBlock }, () =>
      options.process === 'constant' ? gapMs : -Math.log(1 - random.fraction()) * gapMs,
    );
    return gaps;
  });

  const rows = createRows(2 * warmUpCount + 2 * pairCount * perBlock);
  const warm = exposures.warmUpQueries;
  for (let arm = 0; arm < 2; arm++) {
    for (let index = 0; index < warmUpCount; index++) {
      rows.add(gapMs, warm[index % warm.length] ?? 0, arm, -1, false);
    }
  }
  const blocks: LoadBlock[] = [];
  const seen = [0, 0];
  for (const [block, arm] of arms.entries()) {
    const pair = options.order === 'sequential' ? (seen[arm] ?? 0) : block >> 1;
    seen[arm] = (seen[arm] ?? 0) + 1;
    const plan = exposures.pairs[pair];
    blocks.push({ block, pair, arm, exposure: plan?.exposure ?? 'repeat' });
    for (let index = 0; index < perBlock; index++) {
      const query = plan?.queries[index] ?? 0;
      rows.add(pairs[pair]?.[index] ?? gapMs, query, arm, block, index >= discardPerBlock);
    }
  }
  return { schedule: rows.finish(), blocks };
}

/** Queries that may be asked before the first measured block without spoiling any first touch: a tenth, seeded. */
export function reservedQueries(queryCount: number, querySeed: number): Int32Array {
  return queryRounds(queryCount, queryCount, querySeed).slice(0, reservedCount(queryCount));
}

function reservedCount(queryCount: number): number {
  return Math.max(1, Math.floor(queryCount / 10));
}

/** Which queries warm up and which each pair asks. */
function exposurePlan(options: InterleaveOptions, perBlock: number, warmUpCount: number) {
  const { pairCount, queryCount, seed, queries = 'first' } = options;
  const order = queryRounds(queryCount, queryCount, options.querySeed ?? seed);
  const reserved = reservedCount(queryCount);
  const fitting = Math.floor((queryCount - reserved) / perBlock);
  const firstPairs = queries === 'first' ? Math.min(fitting, Math.floor(pairCount / 2)) : 0;
  // What the warm-up does not reach is left out of the repeats: it would be someone's first touch.
  const warmUpQueries = order.slice(
    0,
    Math.min(firstPairs === 0 && queries !== 'reserved' ? queryCount : reserved, warmUpCount),
  );
  const firsts = order.slice(reserved, reserved + firstPairs * perBlock);
  const touched = Int32Array.of(...warmUpQueries, ...firsts);
  const repeats = queryRounds(touched.length, pairCount * perBlock, seed ^ 0x1b873593);
  const pairs = Array.from({ length: pairCount }, (_, pair) => {
    const start = pair * perBlock;
    return pair < firstPairs
      ? {
          exposure: 'first' as const,
          queries: firsts.slice(start, start + perBlock),
        }
      : {
          exposure: 'repeat' as const,
          queries: repeats.slice(start, start + perBlock).map((index) => touched[index] ?? 0),
        };
  });
  return { warmUpQueries, pairs };
}

function createRows(count: number) {
  const intendedMs = new Float64Array(count);
  const query = new Int32Array(count);
  const arm = new Uint8Array(count);
  const block = new Int32Array(count);
  const measured = new Uint8Array(count);
  let atMs = 0;
  let row = 0;
  return {
    add(gapMs: number, queryIndex: number, armIndex: number, blockIndex: number, counts: boolean) {
      intendedMs[row] = atMs;
      query[row] = queryIndex;
      arm[row] = armIndex;
      block[row] = blockIndex;
      measured[row] = counts ? 1 : 0;
      atMs += gapMs;
      row++;
    },
    finish: (): Schedule => ({ count, intendedMs, query, arm, block, measured, durationMs: atMs }),
  };
}
