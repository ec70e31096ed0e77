import type { BlockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import { type PairedLogRatio, pairedLogRatio } from '../../stats/intervals/paired-log-ratio.ts';
import { type AnswerValue, recallUnderLoad, settleAnswers } from '../answers/answers.ts';
import { measureFloor } from '../floor/floor.ts';
import { measuredRows } from '../judge/books.ts';
import {
  type Exposure,
  interleavedSchedule,
  type LoadBlock,
  pairQuantiles,
  rowsByExposure,
} from '../judge/interleave.ts';
import {
  type NeedRecall,
  type PairedFailures,
  type PooledRatio,
  pairedFailures,
  pooledRatio,
  recallByNeed,
  responseQuantile,
} from '../judge/objective-facts.ts';
import {
  blockThroughput,
  responseMs,
  summarizeTimes,
  summarizeTrial,
  type TrialSummary,
} from '../judge/summary.ts';
import {
  type DriverHealth,
  judgeValidity,
  type Validity,
  type ValidityLimits,
} from '../judge/validity.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import { type LoadRecord, OUTCOME_CODE } from '../recorder.ts';
import { type DriverOptions, type LoadArm, runSchedule } from './trial.ts';

/** One side under load: where its requests go and what its answers are worth. */
export interface LoadSide {
  readonly arm: LoadArm;
  /** Reads one body after the requests were timed; null where answers are not judged. */
  readonly read: ((body: Uint8Array, query: number) => AnswerValue) | null;
}

/** What one rung of the ladder is measured with. */
export interface RungOptions extends DriverOptions {
  /** Incumbent and candidate, asked the same queries. */
  readonly sides: readonly [LoadSide, LoadSide];
  readonly ratePerSecond: number;
  readonly process: ArrivalProcess;
  readonly pairCount: number;
  readonly requestsPerBlock: number;
  readonly discardPerBlock: number;
  readonly seed: number;
  readonly querySeed: number;
  /** The need behind each query, by its index; without them every query is a need of its own. */
  readonly needs?: readonly string[];
  /** Whether queries that neither side has seen are left; the first rung's privilege. */
  readonly fresh: boolean;
  /** Latency the rung is held against in milliseconds, null where there is none. */
  readonly objectiveMs: number | null;
  /** By default what the rate asks for. */
  readonly warmUpMs?: number;
  readonly validityLimits?: ValidityLimits;
}

/** Candidate over incumbent (or incumbent over itself) at one quantile, over pairs of blocks. */
export interface RatioFigure {
  readonly quantile: number;
  readonly exposure: Exposure;
  readonly ratio: PairedLogRatio;
  /** Pairs in which the quantile fell on a request without an end, a side; such pairs leave no ratio. */
  readonly censored: readonly [number, number];
}

/** What one side did at one rung. */
export interface SideFigures {
  readonly summary: TrialSummary;
  /** Requests answered ok per second while this side was asked. */
  readonly okPerSecond: number | null;
  readonly recall: number | null;
  /** Median response in milliseconds of queries new to the side, and of those asked before; null without such blocks. */
  readonly p50ByExposureMs: Readonly<Record<Exposure, number | null>>;
  /** The one over the other: above 1 where something is cached. */
  readonly firstToRepeat: number | null;
}

/** What objectives are judged by, where the tables show more. */
export interface RungFacts {
  /** Candidate over incumbent, over all pairs of blocks. */
  readonly ratios: Readonly<Record<'p50' | 'p95', PooledRatio>>;
  /** The incumbent over itself. */
  readonly selfRatios: Readonly<Record<'p50' | 'p95', PooledRatio>>;
  /** Response times of the candidate in milliseconds. */
  readonly candidateMs: Readonly<Record<'p50' | 'p95' | 'p99', BlockedQuantile>>;
  readonly failures: PairedFailures;
  /** Null where recall is not looked at. */
  readonly recall: readonly NeedRecall[] | null;
}

/** The requests of a rung as they were recorded. */
export interface RungRecord {
  readonly record: LoadRecord;
  readonly blocks: readonly LoadBlock[];
  /** Recall of each row's answer in [0,1]; NaN where it is undefined or was not looked at. */
  readonly recall: Float64Array;
}

/** One rate: the incumbent against itself, then both sides, and what the suite cannot see below. */
export interface Rung {
  readonly ratePerSecond: number;
  readonly floor: TrialSummary;
  readonly selfRatios: readonly RatioFigure[];
  readonly ratios: readonly RatioFigure[];
  readonly sides: readonly [SideFigures, SideFigures];
  readonly health: DriverHealth;
  readonly validity: Validity;
  /** Times the rung was measured; more than 1 where the driver was not fit at first. */
  readonly attempts: number;
  readonly facts: RungFacts;
  readonly raw: RungRecord;
}

const QUANTILES = [0.5, 0.95] as const;
const MAX_ATTEMPTS = 3;
const FLOOR_MS = 2000;
const FLOOR_REQUESTS = 300;

/** Measures one rung: floor, A/A, then A/B; a rung whose driver was not fit is repeated, then left as client bound. */
export async function runRung(options: RungOptions): Promise<Rung> {
  const { sides, ratePerSecond, signal } = options;
  const floor = await measureFloor({
    ratePerSecond,
    durationMs: Math.max(FLOOR_MS, (1000 * FLOOR_REQUESTS) / ratePerSecond),
    warmUpMs: options.warmUpMs ?? FLOOR_MS,
    process: options.process,
    seed: options.seed,
    requestBytes: sides[0].arm.exchanges[0]?.body?.length ?? 0,
    replyBytes: 1000,
    ...(signal === undefined ? {} : { signal }),
  });
  const self = await interleave([sides[0], sides[0]], options, 'reserved');
  let attempts = 0;
  for (;;) {
    attempts++;
    const fresh = options.fresh && attempts === 1;
    const both = await interleave(sides, options, fresh ? 'first' : 'repeat');
    const validity = judgeValidity(both.health, options.objectiveMs, options.validityLimits);
    if (!validity.valid && attempts < MAX_ATTEMPTS && signal?.aborted !== true) continue;
    // Reading first: it turns unreadable answers into malformed ones, which the summaries then count.
    const values = [settle(sides[0], both.record, 0), settle(sides[1], both.record, 1)] as const;
    return {
      ratePerSecond,
      floor,
      selfRatios: self.ratios,
      ratios: both.ratios,
      sides: [figuresOf(values[0], both, 0), figuresOf(values[1], both, 1)],
      health: both.health,
      validity,
      attempts,
      facts: factsOf(self, both, values, options),
      raw: { record: both.record, blocks: both.blocks, recall: recallColumn(values, both.record) },
    };
  }
}

type Interleaved = Awaited<ReturnType<typeof interleave>>;
type Values = readonly (AnswerValue | null)[] | null;

function settle(side: LoadSide, record: LoadRecord, arm: 0 | 1): Values {
  const { answers } = side.arm;
  return side.read === null || answers === undefined
    ? null
    : settleAnswers(record, answers, arm, side.read);
}

function factsOf(
  self: Interleaved,
  both: Interleaved,
  values: readonly [Values, Values],
  { seed, needs, sides }: RungOptions,
): RungFacts {
  const { record, blocks } = both;
  const ratiosOf = (of: Interleaved) => ({
    p50: pooledRatio(of.record, of.blocks, 0.5),
    p95: pooledRatio(of.record, of.blocks, 0.95),
  });
  const recallOf = (row: number): number | null => {
    if (record.outcome[row] !== OUTCOME_CODE.ok) return 0;
    return values[record.schedule.arm[row] === 1 ? 1 : 0]?.[row]?.recall ?? null;
  };
  return {
    ratios: ratiosOf(both),
    selfRatios: ratiosOf(self),
    candidateMs: {
      p50: responseQuantile(record, blocks, 1, 0.5, seed),
      p95: responseQuantile(record, blocks, 1, 0.95, seed),
      p99: responseQuantile(record, blocks, 1, 0.99, seed),
    },
    failures: pairedFailures(record, blocks),
    recall:
      values[0] === null || values[1] === null
        ? null
        : recallByNeed(
            record,
            blocks,
            needs ?? sides[0].arm.exchanges.map((_, i) => `${i}`),
            recallOf,
          ),
  };
}

function recallColumn(values: readonly [Values, Values], record: LoadRecord): Float64Array {
  return Float64Array.from(
    { length: record.schedule.count },
    (_, row) => values[record.schedule.arm[row] === 1 ? 1 : 0]?.[row]?.recall ?? Number.NaN,
  );
}

async function interleave(
  sides: readonly [LoadSide, LoadSide],
  options: RungOptions,
  queries: 'first' | 'repeat' | 'reserved',
) {
  const { schedule, blocks } = interleavedSchedule({
    pairCount: options.pairCount,
    requestsPerBlock: options.requestsPerBlock,
    discardPerBlock: options.discardPerBlock,
    ratePerSecond: options.ratePerSecond,
    process: options.process,
    seed: options.seed,
    querySeed: options.querySeed,
    queryCount: sides[0].arm.exchanges.length,
    queries,
    ...(options.warmUpMs === undefined ? {} : { warmUpMs: options.warmUpMs }),
  });
  const { record, health } = await runSchedule(
    sides.map((side) => side.arm),
    schedule,
    options,
  );
  return { record, blocks, health, ratios: ratioFigures(record, blocks) };
}

/** Ratios of the second arm to the first at p50 and p95, first touches and repeats apart. */
export function ratioFigures(record: LoadRecord, blocks: readonly LoadBlock[]): RatioFigure[] {
  return QUANTILES.flatMap((quantile) => {
    const pairs = pairQuantiles(record, blocks, quantile);
    return (['first', 'repeat'] as const).flatMap((exposure): RatioFigure[] => {
      const some = pairs.filter((pair) => pair.exposure === exposure);
      if (some.length === 0) return [];
      const firsts = some.map((pair) => pair.firstMs);
      const seconds = some.map((pair) => pair.secondMs);
      return [
        {
          quantile,
          exposure,
          ratio: pairedLogRatio(firsts, seconds),
          censored: [censoredCount(firsts), censoredCount(seconds)],
        },
      ];
    });
  });
}

function censoredCount(valuesMs: readonly number[]): number {
  return valuesMs.filter((value) => value === Number.POSITIVE_INFINITY).length;
}

function figuresOf(
  values: Values,
  { record, blocks }: { readonly record: LoadRecord; readonly blocks: readonly LoadBlock[] },
  arm: 0 | 1,
): SideFigures {
  const rows = measuredRows(record, { arm });
  const exposed = rowsByExposure(record, blocks, arm);
  const first = medianResponse(record, exposed.first);
  const repeat = medianResponse(record, exposed.repeat);
  return {
    summary: summarizeTrial(record, rows),
    okPerSecond: blockThroughput(record, rows),
    recall: values === null ? null : recallUnderLoad(values, rows),
    p50ByExposureMs: { first, repeat },
    firstToRepeat: first === null || repeat === null ? null : first / repeat,
  };
}

function medianResponse(record: LoadRecord, rows: readonly number[]): number | null {
  return summarizeTimes(rows.map((row) => responseMs(record, row))).p50Ms;
}
