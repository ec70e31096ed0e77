import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { collapsed, dirichletMeanCdf, mirrored, withOneMore } from '../intervals/dirichlet-mean.ts';
import type { AnswerOdds, GateDesign } from './gate-power.ts';
import { resampler, thinned } from './needs-with-power.ts';
import { ALPHA } from './spent-alpha.ts';

const SAMPLES = 200;

/**
 * Chances of a gate's answers over as many needs drawn with replacement from the differences of a pilot: the share of
 * 200 seeded samples. More than 60 different values are thinned first.
 */
export function sampledOdds(
  pilot: ArrayLike<number>,
  { needs, margin, alpha = ALPHA, failAlpha = alpha }: Omit<GateDesign, 'size'>,
): AnswerOdds {
  const points = thinned(collapsed(pilot));
  const draws = resampler(points, xoroshiro128plus(1));
  let pass = 0;
  let fail = 0;
  for (let at = 0; at < SAMPLES; at++) {
    const sample = draws(needs);
    if (dirichletMeanCdf(withOneMore(sample, -1), -margin) < alpha) pass += 1;
    else if (dirichletMeanCdf(withOneMore(mirrored(sample), -1), margin) <= failAlpha) fail += 1;
  }
  return { pass: pass / SAMPLES, fail: fail / SAMPLES };
}
