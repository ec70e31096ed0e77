import type { GateState } from '../../../src/gate/verdict.ts';
import type { Random } from '../../../src/stats/random.ts';
import type { GatesUnderTest } from './gates.ts';
import {
  drawLatency,
  type LatencyScenario,
  MILD_DRIFT,
  STRONG_DRIFT,
} from './latency-scenarios.ts';
import {
  clearLosses,
  lossesAtTheMargin,
  noLoss,
  type QualityScenario,
  queriesCountedAsNeeds,
} from './quality-scenarios.ts';

/** How often something may happen, or must. */
export interface Limit {
  readonly kind: 'at most' | 'at least';
  readonly rate: number;
  /** Whether two standard errors are allowed beyond the limit. */
  readonly withError: boolean;
}

/** One row of the simulation: runs under one law, and how often one event happens. */
export interface Requirement {
  readonly group: string;
  readonly name: string;
  /** Size of one run, e.g. `1000 needs`. */
  readonly size: string;
  /** What is true, e.g. `Δ = −.005`. */
  readonly truth: string;
  /** What is counted. */
  readonly event: 'pass' | 'fail' | 'slower' | 'environment unfit';
  /** Null where the row shows what the method avoids. */
  readonly limit: Limit | null;
  readonly kind: 'quality' | 'latency' | 'verdict';
  /** Draws one run, judges it, and says whether the event happened. */
  readonly happens: (random: Random, gates: GatesUnderTest) => boolean;
}

const FALSE_PASS: Limit = { kind: 'at most', rate: 0.05, withError: true };
const POWER: Limit = { kind: 'at least', rate: 0.9, withError: false };
const FALSE_ALARM: Limit = { kind: 'at most', rate: 0.08, withError: false };

const QUANTILES = [
  ['p50', 0.05],
  ['p95', 0.1],
] as const;

/** Everything the gates must hold, a row each. */
export function requirements(): Requirement[] {
  return [
    ...[600, 1_000, 2_000].flatMap((needs) =>
      lossesAtTheMargin(needs).map((scenario) =>
        quality('False pass: the true loss is the margin', scenario, 'pass', FALSE_PASS),
      ),
    ),
    quality('Pass: no true loss', noLoss(1_000), 'pass', POWER),
    ...clearLosses(1_000).map((scenario) =>
      quality('Fail: the true loss is .02', scenario, 'fail', POWER),
    ),
    ...lossesAtTheMargin(2_000).map((scenario) =>
      quality(
        'Sequential: the true loss is the margin',
        scenario,
        'pass',
        FALSE_PASS,
        'sequential',
      ),
    ),
    ...[MILD_DRIFT, STRONG_DRIFT].flatMap((drift) =>
      QUANTILES.flatMap(([quantile, margin]) => [
        latency(
          'Latency, false alarm: the same backend twice',
          { name: drift.name, trueRatio: 1, drift, order: 'interleaved' },
          [quantile, margin],
          'slower',
          FALSE_ALARM,
        ),
        latency(
          'Latency, false pass: slower by the margin',
          { name: drift.name, trueRatio: 1 + margin, drift, order: 'interleaved' },
          [quantile, margin],
          'pass',
          FALSE_ALARM,
        ),
      ]),
    ),
    ...QUANTILES.map(([quantile, margin]) =>
      latency(
        'Latency, power: slower by twice the margin',
        {
          name: MILD_DRIFT.name,
          trueRatio: 1 + 2 * margin,
          drift: MILD_DRIFT,
          order: 'interleaved',
        },
        [quantile, margin],
        'fail',
        POWER,
      ),
    ),
  ];
}

/** What goes wrong without the method, and where it reaches its end: rows without a limit. */
export function contrasts(): Requirement[] {
  return [
    quality('Queries counted as needs', queriesCountedAsNeeds(), 'pass', null),
    ...[MILD_DRIFT, STRONG_DRIFT].flatMap((drift) =>
      QUANTILES.map((quantile) =>
        latency(
          'One side after the other: the same backend twice',
          { name: drift.name, trueRatio: 1, drift, order: 'in turn' },
          quantile,
          'slower',
          null,
        ),
      ),
    ),
    ...QUANTILES.map(([quantile, margin]) =>
      latency(
        'Latency, power under strong drift: slower by twice the margin',
        {
          name: STRONG_DRIFT.name,
          trueRatio: 1 + 2 * margin,
          drift: STRONG_DRIFT,
          order: 'interleaved',
        },
        [quantile, margin],
        'fail',
        null,
      ),
    ),
  ];
}

function quality(
  group: string,
  scenario: QualityScenario,
  event: Exclude<GateState, 'inconclusive'>,
  limit: Limit | null,
  mode: 'fixed' | 'sequential' = 'fixed',
): Requirement {
  return {
    group,
    name: scenario.name,
    size: `${scenario.needs} needs`,
    truth: `Δ = ${Number(scenario.trueMean.toPrecision(6))}, margin ${scenario.margin}`.replace(
      '-',
      '−',
    ),
    event,
    limit,
    kind: 'quality',
    happens: (random, gates) => gates[mode](scenario.draw(random), scenario.margin) === event,
  };
}

function latency(
  group: string,
  scenario: LatencyScenario,
  [quantile, margin]: readonly ['p50' | 'p95', number],
  event: 'pass' | 'fail' | 'slower',
  limit: Limit | null,
): Requirement {
  return {
    group,
    name: `${quantile}, ${scenario.name}`,
    size: '12 × 200 requests',
    truth: `ratio ${scenario.trueRatio}, margin ${margin * 100}%`,
    event,
    limit,
    kind: 'latency',
    happens: (random, gates) => {
      const answer = gates.latency(drawLatency(scenario, random), quantile, margin);
      return event === 'slower' ? answer.slower : answer.state === event;
    },
  };
}
