import * as z from 'zod';
import { bettingCapital } from '../../src/stats/decisions/betting-capital.ts';
import { gateDecision } from '../../src/stats/decisions/gate-decision.ts';
import { minimalDetectableEffect, needsForEffect } from '../../src/stats/decisions/mde.ts';
import {
  benjaminiHochbergAdjusted,
  holmAdjusted,
} from '../../src/stats/decisions/multiple-comparisons.ts';
import { signFlipTest } from '../../src/stats/decisions/sign-flip.ts';
import { adapter, numbers, type SuiteAdapter } from './adapter.ts';

const share = z.number().gt(0).lt(1);

/** Suites on tests and gates. */
export const decisionSuites: Readonly<Record<string, SuiteAdapter>> = {
  signflip_exact: adapter(z.looseObject({ d: numbers }), ({ d }) => {
    const test = signFlipTest(d);
    return {
      mean: test.mean,
      p_greater: test.pGreater,
      p_less: test.pLess,
      p_two_sided: test.pTwoSided,
    };
  }),

  multiple_comparisons: adapter(z.looseObject({ p: numbers }), ({ p }) => ({
    holm: holmAdjusted(p),
    bh: benjaminiHochbergAdjusted(p),
  })),

  confseq_betting_capital: adapter(
    z.looseObject({ x: numbers, m: share, alpha: share.default(0.05) }),
    ({ x, m, alpha }) => {
      const capital = bettingCapital(x, m, { alpha });
      return {
        K_plus: capital.above,
        K_minus: capital.below,
        reject_mean_le_m: capital.rejectsAtMost,
        reject_mean_ge_m: capital.rejectsAtLeast,
      };
    },
  ),

  mde: adapter(
    z.looseObject({
      alpha: share,
      power: share,
      sd: z.number(),
      n: z.number(),
      delta: z.number(),
    }),
    ({ alpha, power, sd, n, delta }) => ({
      mde: minimalDetectableEffect(sd, n, { alpha, power }),
      n_required: needsForEffect(sd, delta, { alpha, power }),
    }),
  ),

  gate_decision: adapter(
    z.looseObject({
      lo: z.number().nullable(),
      hi: z.number().nullable(),
      margin: z.number(),
    }),
    ({ lo, hi, margin }) => ({ ...gateDecision(lo, hi, margin) }),
  ),
};
