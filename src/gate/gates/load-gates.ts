import type { GatesConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { BlockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import { meanBounds } from '../../stats/intervals/bounded-mean-bound.ts';
import type { PairedLogRatio } from '../../stats/intervals/paired-log-ratio.ts';
import { loadOnlyKeys, slowdownMargin } from '../margins.ts';
import type { GateState } from '../verdict.ts';
import { judge } from './quality-gates.ts';

/** Candidate over incumbent (or incumbent over itself) at one quantile, over all pairs of blocks of one rate. */
export interface LoadRatio {
  readonly ratio: PairedLogRatio;
  /** Pairs in which the quantile fell on a request without an end: incumbent, candidate. */
  readonly censored: readonly [number, number];
  readonly requestsPerBlock: number;
  readonly firstTouchPairs: number;
}

/** What was measured of both sides at one offered rate. */
export interface LoadFinding {
  readonly ratePerSecond: number;
  /** Whether the driver was fit; where it was not, nothing is said about the backends. */
  readonly valid: boolean;
  readonly invalidReasons: readonly string[];
  readonly ratios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  readonly selfRatios: Readonly<Record<'p50' | 'p95', LoadRatio>>;
  /** Response times of the candidate in milliseconds. */
  readonly candidateMs: Readonly<Record<'p50' | 'p95' | 'p99', BlockedQuantile>>;
  readonly failures: {
    readonly pairs: number;
    readonly incumbentOnly: number;
    readonly candidateOnly: number;
  };
  /** By need, errors as 0; null where recall was not measured. */
  readonly recall:
    | readonly { readonly need: string; readonly incumbent: number; readonly candidate: number }[]
    | null;
}

/** One objective at one rate: its evidence and its answer. Bounds are one-sided at 95%. */
export interface LoadGateResult {
  /** Key of the configuration, e.g. `gates.p99.maxMs`. */
  readonly key: string;
  readonly ratePerSecond: number;
  readonly unit: 'block pairs' | 'requests' | 'request pairs' | 'needs';
  readonly n: number;
  /** The objective: a margin, a limit in milliseconds or a least recall. */
  readonly limit: number;
  /** In the unit of the limit; null where it is undefined. +∞ of requests that never ended. */
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly state: GateState;
  /** Whether the verdict depends on it; advisory results are shown only. */
  readonly gated: boolean;
  readonly reason: string;
}

/** The answer of a load: `informational` where no objective was set. */
export interface LoadVerdict {
  readonly verdict: GateState | 'informational';
  readonly exitCode: ExitCode;
  readonly sentence: string;
  readonly gates: readonly LoadGateResult[];
}

type Judged = Pick<LoadGateResult, 'state' | 'reason'>;

const ADVISORY_MARGIN = { p50: 0.05, p95: 0.1 } as const;
const DEFAULT_ERROR_MARGIN = 0.001;
const MIN_BLOCK_PAIRS = 12;
const MIN_REQUESTS = 200;

/**
 * The objectives that somebody set, as dotted keys. The default margins are no objective of a load:
 * `isSet` tells whether a key was written by somebody.
 */
export function loadObjectives(gates: GatesConfig, isSet: (key: string) => boolean): string[] {
  return [
    ...(['p50', 'p95'] as const).flatMap((quantile) =>
      slowdownMargin(gates, quantile) === null ? [] : [`gates.${quantile}.margin`],
    ),
    ...loadOnlyKeys(gates),
    ...(gates.errors !== undefined && isSet('gates.errors.margin') ? ['gates.errors.margin'] : []),
  ];
}

/**
 * Judges every rate of a load: each objective passes, fails or is inconclusive; `pass` needs all of them at
 * all rates, one `fail` is enough. A rate at which the driver was not fit is inconclusive, never a failure.
 * Once there is an objective, a candidate that is shown to fail more often than the default margin of errors
 * fails too: fast errors are no speed.
 */
export function judgeLoad(
  findings: readonly LoadFinding[],
  gates: GatesConfig,
  isSet: (key: string) => boolean,
  complete = true,
): LoadVerdict {
  const objectives = loadObjectives(gates, isSet);
  const results = findings.flatMap((finding) => gatesAt(finding, gates, objectives));
  if (objectives.length === 0) {
    return {
      verdict: 'informational',
      exitCode: EXIT.pass,
      sentence:
        'no objective is set, so nothing is judged: set one, for example gates.p99.maxMs=50.',
      gates: results,
    };
  }
  const gated = results.filter((result) => result.gated);
  const of = (state: GateState) => gated.filter((result) => result.state === state);
  const verdict =
    of('fail').length > 0
      ? 'fail'
      : gated.length === 0 || of('inconclusive').length > 0 || !complete
        ? 'inconclusive'
        : 'pass';
  const rates = findings.map(({ ratePerSecond }) => `${Math.round(ratePerSecond)}`).join(', ');
  const sentences = {
    pass: () => `the candidate meets every objective at ${rates} requests/s.`,
    fail: () => `the candidate misses ${listed(of('fail'))}.`,
    inconclusive: () =>
      gated.length === 0
        ? 'no rate was measured to the end.'
        : of('inconclusive').length === 0
          ? 'the load was interrupted: not every rate was measured.'
          : `no objective is missed, but could not be decided: ${listed(of('inconclusive'))}.`,
  };
  return {
    verdict,
    exitCode: { pass: EXIT.pass, fail: EXIT.fail, inconclusive: EXIT.inconclusive }[verdict],
    sentence: sentences[verdict](),
    gates: results,
  };
}

function gatesAt(
  finding: LoadFinding,
  gates: GatesConfig,
  objectives: readonly string[],
): LoadGateResult[] {
  const results = [
    ...(['p50', 'p95'] as const).map((quantile) => ratioGate(finding, gates, quantile)),
    ...(['p50', 'p95', 'p99'] as const).flatMap((quantile) => limitGate(finding, gates, quantile)),
    errorGate(finding, gates),
    ...recallGates(finding, gates),
  ];
  const held = results.map((result) => ({
    ...result,
    gated:
      objectives.includes(result.key) ||
      (objectives.length > 0 && result.key === 'gates.errors.margin' && result.state === 'fail'),
  }));
  if (finding.valid) return held;
  const reason = `client bound: ${finding.invalidReasons.join('; ')}`;
  return held.map((result) => ({
    ...result,
    gated: objectives.includes(result.key),
    state: 'inconclusive',
    reason,
  }));
}

type Ungated = Omit<LoadGateResult, 'gated'>;

function ratioGate(finding: LoadFinding, gates: GatesConfig, quantile: 'p50' | 'p95'): Ungated {
  const limit = slowdownMargin(gates, quantile) ?? ADVISORY_MARGIN[quantile];
  const found = finding.ratios[quantile];
  const { ratio, lowerOneSided, upperOneSided, n } = found.ratio;
  const relative = (value: number | null) => (value === null ? null : value - 1);
  return {
    key: `gates.${quantile}.margin`,
    ratePerSecond: finding.ratePerSecond,
    unit: 'block pairs',
    n,
    limit,
    estimate: relative(ratio),
    lower: relative(lowerOneSided),
    upper: relative(upperOneSided),
    ...judgeRatio(found, finding.selfRatios[quantile], limit),
  };
}

function judgeRatio(found: LoadRatio, self: LoadRatio, margin: number): Judged {
  const { censored, requestsPerBlock } = found;
  const { n, lowerOneSided: lower, upperOneSided: upper } = found.ratio;
  const percent = `${Number((margin * 100).toPrecision(6))}%`;
  const inconclusive = (reason: string): Judged => ({ state: 'inconclusive', reason });
  if (censored[0] > 0) {
    return inconclusive('the quantile falls on unfinished requests of the incumbent');
  }
  if (censored[1] > 0) {
    return {
      state: 'fail',
      reason: 'the quantile falls on unfinished requests of the candidate alone',
    };
  }
  if (n < MIN_BLOCK_PAIRS || requestsPerBlock < MIN_REQUESTS) {
    return inconclusive(
      `${n} block pairs of ${n === 0 ? 0 : requestsPerBlock} requests; ${MIN_BLOCK_PAIRS} of ${MIN_REQUESTS} are needed`,
    );
  }
  if (lower === null || upper === null) return inconclusive('the ratio is not defined');
  if (
    (self.ratio.lowerOneSided ?? 1) > 1 + margin ||
    (self.ratio.upperOneSided ?? 1) < 1 / (1 + margin)
  ) {
    return inconclusive(`the incumbent differs from itself by more than ${percent}`);
  }
  const mixed = `${found.firstTouchPairs} of ${n} pairs were first touches`;
  if (lower > 1 + margin) {
    return { state: 'fail', reason: `slower by more than ${percent}; ${mixed}` };
  }
  if (upper < 1 + margin) return { state: 'pass', reason: `not slower by ${percent}; ${mixed}` };
  return inconclusive(`the interval spans ${percent}`);
}

function limitGate(
  finding: LoadFinding,
  gates: GatesConfig,
  quantile: 'p50' | 'p95' | 'p99',
): Ungated[] {
  const limit = gates[quantile]?.maxMs;
  if (limit === undefined) return [];
  const { value, lower, upper, n, blocks } = finding.candidateMs[quantile];
  const judged: Judged =
    lower !== null && lower > limit
      ? { state: 'fail', reason: `above ${limit} ms` }
      : upper !== null && upper <= limit
        ? { state: 'pass', reason: `within ${limit} ms` }
        : upper === null
          ? {
              state: 'inconclusive',
              reason: `${n} requests in ${blocks} blocks do not bound ${quantile} from above`,
            }
          : { state: 'inconclusive', reason: `the interval spans ${limit} ms` };
  return [
    {
      key: `gates.${quantile}.maxMs`,
      ratePerSecond: finding.ratePerSecond,
      unit: 'requests',
      n,
      limit,
      estimate: value,
      lower,
      upper,
      ...judged,
    },
  ];
}

function errorGate({ ratePerSecond, failures }: LoadFinding, gates: GatesConfig): Ungated {
  const { pairs, candidateOnly, incumbentOnly } = failures;
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  const result = judge(
    [
      ...new Array<number>(candidateOnly).fill(-1),
      ...new Array<number>(incumbentOnly).fill(1),
      ...new Array<number>(pairs - candidateOnly - incumbentOnly).fill(0),
    ],
    margin,
  );
  const enough = result.decidesAt === null ? '' : `; ${result.decidesAt} pairs would decide`;
  return {
    key: 'gates.errors.margin',
    ratePerSecond,
    unit: 'request pairs',
    n: pairs,
    limit: margin,
    estimate: result.mean,
    lower: result.lower,
    upper: result.upper,
    state: result.state,
    reason: `${candidateOnly} failed on the candidate's side alone, ${incumbentOnly} on the incumbent's${enough}`,
  };
}

function recallGates({ ratePerSecond, recall }: LoadFinding, gates: GatesConfig): Ungated[] {
  const { margin, min } = gates.recallUnderLoad ?? {};
  const needs = recall ?? [];
  const results: Ungated[] = [];
  if (margin !== undefined) {
    const result = judge(
      needs.map(({ incumbent, candidate }) => candidate - incumbent),
      margin,
    );
    results.push({
      key: 'gates.recallUnderLoad.margin',
      ratePerSecond,
      unit: 'needs',
      n: needs.length,
      limit: margin,
      estimate: result.mean,
      lower: result.lower,
      upper: result.upper,
      state: result.state,
      reason: recall === null ? 'recall was not measured' : result.reason,
    });
  }
  if (min !== undefined) {
    const values = needs.map(({ candidate }) => candidate);
    const bounds = values.length === 0 ? null : meanBounds(values, { floor: 0, ceil: 1 });
    const judged: Judged =
      bounds === null
        ? { state: 'inconclusive', reason: 'recall was not measured' }
        : bounds.lower >= min
          ? { state: 'pass', reason: `at least ${min}` }
          : bounds.upper < min
            ? { state: 'fail', reason: `below ${min}` }
            : { state: 'inconclusive', reason: `the interval spans ${min}` };
    results.push({
      key: 'gates.recallUnderLoad.min',
      ratePerSecond,
      unit: 'needs',
      n: values.length,
      limit: min,
      estimate:
        values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      lower: bounds?.lower ?? null,
      upper: bounds?.upper ?? null,
      ...judged,
    });
  }
  return results;
}

function listed(results: readonly LoadGateResult[]): string {
  const shown = results
    .slice(0, 4)
    .map(
      ({ key, ratePerSecond, reason }) => `${key} at ${Math.round(ratePerSecond)}/s (${reason})`,
    );
  const more = results.length > shown.length ? ` and ${results.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}`;
}
