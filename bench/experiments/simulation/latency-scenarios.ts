import type { Corpus } from '../../../src/corpus/types.ts';
import { planRun } from '../../../src/observe/plan.ts';
import type { LatencyFinding } from '../../../src/parity/findings.ts';
import { latencyFindings } from '../../../src/parity/speed.ts';
import type { Arm, Observation } from '../../../src/record/types.ts';
import type { Random } from '../../../src/stats/random.ts';

/** Two sides on a machine whose speed drifts, in the order of a run. */
export interface LatencyScenario {
  readonly name: string;
  /** Candidate over incumbent, of every quantile. */
  readonly trueRatio: number;
  /** What both sides share. */
  readonly drift: Drift;
  /** `interleaved`: the order that a run plans; `in turn`: one side after the other. */
  readonly order: 'interleaved' | 'in turn';
}

/** How the speed of the machine changes, as a logarithm. */
interface Drift {
  readonly name: string;
  /** From the first block to the last, up or down. */
  readonly trend: number;
  /** Standard deviation of each block's step of a random walk. */
  readonly walk: number;
  /** Standard deviation of what is a block's own. */
  readonly block: number;
}

export const MILD_DRIFT: Drift = { name: 'mild drift', trend: 0.05, walk: 0.01, block: 0.01 };
export const STRONG_DRIFT: Drift = { name: 'strong drift', trend: 0.25, walk: 0.03, block: 0.02 };

const BLOCK_PAIRS = 12;
const REQUESTS = 200;

/** The latency findings of one simulated run: 12 block pairs of 200 requests, p50 and p95. */
export function drawLatency(
  { trueRatio, drift, order }: LatencyScenario,
  random: Random,
): LatencyFinding[] {
  const blocks = order === 'interleaved' ? interleaved(random) : inTurn();
  const sign = random.fraction() < 0.5 ? -1 : 1;
  let walk = 0;
  const rows = blocks.flatMap(({ arm, block, pair }, at) => {
    walk += drift.walk * random.normal();
    const own = drift.block * random.normal();
    const trend = (sign * drift.trend * at) / (blocks.length - 1);
    const level = Math.exp(trend + walk + own) * (arm === 'A' ? 1 : trueRatio);
    return Array.from({ length: REQUESTS }, (_, sequence) =>
      observation(arm, block, pair, sequence, level * requestMs(random)),
    );
  });
  return latencyFindings('search', rows);
}

/** Log-normal around 1 ms, and one request in fifty three times as long. */
function requestMs(random: Random): number {
  return Math.exp(0.3 * random.normal()) * (random.fraction() < 0.02 ? 3 : 1);
}

interface BlockPlace {
  readonly arm: Arm;
  readonly block: number;
  readonly pair: number;
}

/** The order of a planned run, another one each time. */
function interleaved(random: Random): readonly BlockPlace[] {
  return planRun(ONE_QUERY, {
    seed: Math.floor(random.fraction() * 2 ** 31),
    cells: ['search'],
    maxNeeds: null,
    qualityBlockSize: 1,
    latencyBlockPairs: BLOCK_PAIRS,
    requestsPerLatencyBlock: 1,
    throughputSlices: 0,
    requestsPerThroughputSlice: 0,
  }).latency;
}

function inTurn(): BlockPlace[] {
  return (['A', 'B'] as const).flatMap((arm, side) =>
    Array.from({ length: BLOCK_PAIRS }, (_, pair) => ({
      arm,
      pair,
      block: side * BLOCK_PAIRS + pair,
    })),
  );
}

const ONE_QUERY: Corpus = {
  name: 'one query',
  folder: '',
  collections: [{ name: 'c', documents: [] }],
  queries: [{ id: 'q', need: 'q', text: 'q', slices: [], collections: ['c'] }],
  judgments: new Map(),
  hashes: { documents: {}, queries: '', judgments: '' },
};

function observation(
  arm: Arm,
  block: number,
  pair: number,
  sequence: number,
  latencyMs: number,
): Observation {
  return {
    phase: 'latency',
    cell: 'search',
    arm,
    block,
    pair,
    sequence,
    queryId: 'q',
    k: 10,
    outcome: 'ok',
    status: 200,
    detail: '',
    startedMs: 0,
    latencyMs,
    sizeBytes: 0,
    firstTouch: false,
    ids: NONE,
    collections: NONE,
    similarities: NO_SCORES,
    rawScores: NO_SCORES,
  };
}

const NONE: readonly string[] = [];
const NO_SCORES: readonly number[] = [];
