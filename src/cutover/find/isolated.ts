import { counted } from '../../counted.ts';
import { MIN_BLOCK_PAIRS, MIN_REQUESTS } from '../../metrics/thresholds.ts';
import { signedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import { quantileInverseCdf } from '../../stats/quantiles.ts';
import type { CandidateState, CutoverLatency, CutoverLoad } from '../record/observations.ts';
import { type CutoverCheck, claimed } from './check.ts';

/** What the requests to a candidate in this state must show, or the state was not what it is called. */
const SIGNS: Readonly<Record<CandidateState, RegExp>> = {
  sound: /^2\d\d$/,
  killed: /^50[23] candidate-/,
  hung: /^504 candidate-timeout$/,
  failing: /^500$/,
  saturated: /^503 candidate-saturated$/,
};

/** Every request to the candidate got an answer, whatever its state, and one that tells the state. */
export function loadCheck(load: CutoverLoad): CutoverCheck {
  const unanswered = Object.entries(load.unanswered).map(([why, count]) => `${count} × ${why}`);
  const list = Object.entries(load.answered)
    .map(([what, count]) => `${count} × ${what}`)
    .join(', ');
  const check = claimed(
    { property: 'isolated', name: `candidate ${load.state}: its own requests` },
    load.sent,
    unanswered,
    {
      held: `none hangs or is lost: ${list}`,
      broken: 'requests to the candidate have no answer',
      nothing: 'no requests were sent to the candidate',
    },
  );
  const isSeen = Object.keys(load.answered).some((what) => SIGNS[load.state].test(what));
  if (check.state !== 'pass' || isSeen) return check;
  return {
    ...check,
    state: 'inconclusive',
    detail: `no answer shows that the candidate was ${load.state}: ${list}`,
  };
}

/**
 * The incumbent's p95 with requests to the candidate against without: the Hodges–Lehmann ratio over
 * pairs of blocks with exact signed-rank bounds. Fails above 1 + margin with its lower bound, passes below it with its upper.
 */
export function latencyCheck(
  latency: CutoverLatency,
  margin: number,
  gated: boolean,
): CutoverCheck {
  const p95 = (block: readonly (number | null)[]) => {
    const times = block.map((ms) => ms ?? Number.POSITIVE_INFINITY);
    return quantileInverseCdf(times, 0.95) ?? Number.NaN;
  };
  const n = Math.min(latency.quiet.length, latency.loaded.length);
  const { ratio, lower, upper } = signedRankRatio(
    latency.quiet.slice(0, n).map(p95),
    latency.loaded.slice(0, n).map(p95),
  );
  const requests = Math.min(...[...latency.quiet, ...latency.loaded].map(({ length }) => length));
  const [state, detail] = judged();
  return {
    property: 'isolated',
    name: `candidate ${latency.state}: the incumbent's p95`,
    state,
    gated,
    n,
    unit: 'block pairs',
    detail,
    examples: [],
    ratio: { ratio, lower, upper, margin },
  };

  function judged(): [CutoverCheck['state'], string] {
    const percent = `${Number((margin * 100).toPrecision(4))}%`;
    if (n === 0) return ['not verified', 'no latencies were measured'];
    if (latency.loaded.some((block) => block.includes(null))) {
      return ['fail', 'requests to the incumbent had no answer'];
    }
    if (latency.quiet.some((block) => block.includes(null))) {
      return ['inconclusive', 'requests to the incumbent had no answer without any load either'];
    }
    if (n < MIN_BLOCK_PAIRS || requests < MIN_REQUESTS) {
      const have = `${counted(n, 'block pair')} of ${counted(requests, 'request')}`;
      return ['inconclusive', `${have}; ${MIN_BLOCK_PAIRS} of ${MIN_REQUESTS} are needed`];
    }
    if (lower === null || upper === null) {
      return ['inconclusive', 'the ratio is not defined'];
    }
    if (lower > 1 + margin) return ['fail', `slower by more than ${percent}`];
    if (upper < 1 + margin) return ['pass', `not slower by ${percent}`];
    return ['inconclusive', `the interval spans ${percent}`];
  }
}
