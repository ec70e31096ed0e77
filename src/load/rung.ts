import { type PairedLogRatio, pairedLogRatio } from '../stats/intervals/paired-log-ratio.ts';
import { type AnswerValue, recallUnderLoad, settleAnswers } from './answers.ts';
import { measureFloor } from './floor/floor.ts';
import { measuredRows } from './judge/books.ts';
import {
  type Block,
  type Exposure,
  interleavedSchedule,
  pairQuantiles,
} from './judge/interleave.ts';
import { blockThroughput, summarizeTrial, type TrialSummary } from './judge/summary.ts';
import { type DriverHealth, judgeValidity, type Validity } from './judge/validity.ts';
import type { LoadRecord } from './recorder.ts';
import type { ArrivalProcess } from './schedule.ts';
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
  /** Whether queries that neither side has seen are left; the first rung's privilege. */
  readonly fresh: boolean;
  /** Latency the rung is held against in milliseconds, null where there is none. */
  readonly objectiveMs: number | null;
  /** By default what the rate asks for. */
  readonly warmUpMs?: number;
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
}

const QUANTILES = [0.5, 0.95] as const;
const MAX_ATTEMPTS = 3;
const FLOOR_MS = 2000;

/** Measures one rung: floor, A/A, then A/B; a rung whose driver was not fit is repeated, then left as client bound. */
export async function runRung(options: RungOptions): Promise<Rung> {
  const { sides, ratePerSecond, signal } = options;
  const floor = await measureFloor({
    ratePerSecond,
    durationMs: FLOOR_MS,
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
    const validity = judgeValidity(both.health, options.objectiveMs);
    if (!validity.valid && attempts < MAX_ATTEMPTS && signal?.aborted !== true) continue;
    return {
      ratePerSecond,
      floor,
      selfRatios: self.ratios,
      ratios: both.ratios,
      sides: [figuresOf(sides[0], both.record, 0), figuresOf(sides[1], both.record, 1)],
      health: both.health,
      validity,
      attempts,
    };
  }
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
  return { record, health, ratios: ratioFigures(record, blocks) };
}

/** Ratios of the second arm to the first at p50 and p95, first touches and repeats apart. */
export function ratioFigures(record: LoadRecord, blocks: readonly Block[]): RatioFigure[] {
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

function figuresOf(side: LoadSide, record: LoadRecord, arm: 0 | 1): SideFigures {
  const rows = measuredRows(record, { arm });
  const { answers } = side.arm;
  // Reading first: it turns unreadable answers into malformed ones, which the summary then counts.
  const values =
    side.read === null || answers === undefined
      ? null
      : settleAnswers(record, answers, arm, side.read);
  return {
    summary: summarizeTrial(record, rows),
    okPerSecond: blockThroughput(record, rows),
    recall: values === null ? null : recallUnderLoad(values, rows),
  };
}
