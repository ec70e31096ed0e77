import type { RungFacts, WholesaleFailure } from '../../gate/load/load-finding.ts';
import { UNREAD } from '../answers/answers.ts';
import type { Exposure } from '../pace/interleave.ts';
import type { ObservedRung } from '../record/observed.ts';
import type { LoadRecord } from '../recorder.ts';
import { valueOfGiven } from './answers/answer-value.ts';
import {
  pairedFailures,
  pairedForeign,
  pairedRefusals,
  pooledRatio,
  responseQuantile,
} from './objective-facts.ts';
import { type RatioFigure, ratioFigures } from './ratios.ts';
import { holdsRows, recallFacts } from './recall-facts.ts';
import { rowsByExposure } from './requests/block-pairs.ts';
import { driverHealth } from './requests/driver-health.ts';
import { wholesaleFailure } from './requests/failed-wholesale.ts';
import { judgeMachines } from './requests/machines.ts';
import { measuredRows, type RequestTally, tallyRequests } from './requests/request-tally.ts';
import {
  recallUnderLoad,
  type SettledRecord,
  settleAnswers,
  type ValueFor,
} from './requests/settle.ts';
import {
  blockThroughput,
  responseMs,
  summarizeTimes,
  summarizeTrial,
  type TrialSummary,
} from './requests/summary.ts';
import { type DriverHealth, judgeValidity, type Validity } from './requests/validity.ts';

/** What one side did at one rung. */
export interface SideFigures {
  readonly tally: RequestTally;
  /** Null where requests failed wholesale, as are all other figures of time. */
  readonly summary: TrialSummary | null;
  readonly failed: WholesaleFailure | null;
  /** Requests answered ok per second while this side was asked. */
  readonly okPerSecond: number | null;
  readonly recall: number | null;
  /** The same of the rows that answers hold: what they lack does not lower it. */
  readonly recallOfGiven: number | null;
  /** Median response in milliseconds of queries new to the side, and of those asked before; null without such blocks. */
  readonly p50ByExposureMs: Readonly<Record<Exposure, number | null>>;
  /** The one over the other: above 1 where something is cached. */
  readonly firstToRepeat: number | null;
}

/** One rate: the incumbent against itself, then both sides, and what the suite cannot see below. */
export interface RungFindings {
  readonly ratePerSecond: number;
  readonly floor: TrialSummary;
  /** Empty where a side failed wholesale. */
  readonly selfRatios: readonly RatioFigure[];
  readonly ratios: readonly RatioFigure[];
  readonly sides: readonly [SideFigures, SideFigures];
  readonly health: DriverHealth;
  readonly validity: Validity;
  readonly attempts: number;
  readonly facts: RungFacts;
}

/** What is known of the answers of both sides. */
export interface KnownAnswers {
  readonly valueFor: readonly [ValueFor, ValueFor];
  /** Whether an answer belongs to another request, by side. */
  readonly isForeign: readonly [IsForeign, IsForeign];
  /** Whether answers were held against truth. */
  readonly hasRecall: boolean;
  /** The need behind each query, by its index. */
  readonly needs: readonly string[];
  /** Latency the rung is held against in milliseconds; null where there is none. */
  readonly objectiveMs: number | null;
}

type IsForeign = (query: number, variant: number) => boolean;

/** Everything that is found at one rate. */
export function rungFindings(rung: ObservedRung, known: KnownAnswers): RungFindings {
  const { valueFor, hasRecall, objectiveMs } = known;
  const self = {
    ...rung.self,
    ...settleAnswers(rung.self.record, [valueFor[0], valueFor[0]]),
  };
  const both = { ...rung.both, ...settleAnswers(rung.both.record, valueFor) };
  const sides = [sideFigures(both, 0, hasRecall), sideFigures(both, 1, hasRecall)] as const;
  const hasFailed = sides.some(({ failed }) => failed !== null);
  const health = driverHealth(both.record, rung.driver);
  return {
    ratePerSecond: rung.ratePerSecond,
    floor: summarizeTrial(rung.floor, measuredRows(rung.floor)),
    selfRatios: hasFailed ? [] : ratioFigures(self.record, self.blocks),
    ratios: hasFailed ? [] : ratioFigures(both.record, both.blocks),
    sides,
    health,
    validity: judgeMachines(judgeValidity(health, objectiveMs), rung.machines ?? [], objectiveMs),
    attempts: rung.attempts,
    facts: factsOf(self, both, rung.seed, known),
  };
}

type Settled = SettledRecord & Pick<ObservedRung['both'], 'blocks'>;

function factsOf(self: Settled, both: Settled, seed: number, known: KnownAnswers): RungFacts {
  const { record, blocks } = both;
  const ratiosOf = (of: Settled) => ({
    p50: pooledRatio(of.record, of.blocks, 0.5),
    p95: pooledRatio(of.record, of.blocks, 0.95),
  });
  const quantile = (p: number) => responseQuantile(record, blocks, 1, p, seed);
  return {
    ratios: ratiosOf(both),
    selfRatios: ratiosOf(self),
    candidateMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    failures: pairedFailures(record, blocks),
    refusals: pairedRefusals(record, blocks),
    foreign: pairedForeign(record, blocks, (row) => {
      const { arm, query } = record.schedule;
      const isForeign = known.isForeign[arm[row] === 1 ? 1 : 0];
      return isForeign(query[row] ?? -1, record.variant[row] ?? 0);
    }),
    ...unreadOf(record),
    ...recallFacts(both, blocks, known.needs, known.hasRecall),
  };
}

/** Measured answers of each side that were not kept; nothing where all were. */
function unreadOf(record: LoadRecord): Pick<RungFacts, 'unread'> {
  const count = (arm: 0 | 1): number =>
    measuredRows(record, { arm }).filter((row) => record.variant[row] === UNREAD).length;
  const [incumbent, candidate] = [count(0), count(1)];
  return incumbent + candidate === 0 ? {} : { unread: { incumbent, candidate } };
}

function sideFigures(
  { record, blocks, values }: Settled,
  arm: 0 | 1,
  hasRecall: boolean,
): SideFigures {
  const rows = measuredRows(record, { arm });
  const tally = tallyRequests(record, rows);
  const failed = wholesaleFailure(record, rows, tally);
  const recall = hasRecall ? recallUnderLoad(values, rows) : null;
  const recallOfGiven = hasRecall
    ? recallUnderLoad(
        values.map(valueOfGiven),
        rows.filter((row) => holdsRows(values[row])),
      )
    : null;
  const okPerSecond = blockThroughput(record, rows);
  if (failed !== null) {
    const p50ByExposureMs = { first: null, repeat: null };
    return {
      tally,
      summary: null,
      failed,
      okPerSecond,
      recall,
      recallOfGiven,
      p50ByExposureMs,
      firstToRepeat: null,
    };
  }
  const exposed = rowsByExposure(record, blocks, arm);
  const first = medianResponse(record, exposed.first);
  const repeat = medianResponse(record, exposed.repeat);
  return {
    tally,
    summary: summarizeTrial(record, rows),
    failed,
    okPerSecond,
    recall,
    recallOfGiven,
    p50ByExposureMs: { first, repeat },
    firstToRepeat: first === null || repeat === null ? null : first / repeat,
  };
}

function medianResponse(record: LoadRecord, rows: readonly number[]): number | null {
  return summarizeTimes(rows.map((row) => responseMs(record, row))).p50Ms;
}
