import { counted } from '../../counted.ts';
import type { ShownGate, ShownVerdict } from '../../report/judged.ts';
import type { ShadowEvidence } from '../judge/evidence.ts';
import type { ShadowVerdict } from '../judge/verdict.ts';

/** A shadow's answer and its claims over all needs, as formats for machines show them. */
export function shownShadow(
  { gates }: ShadowEvidence,
  { verdict, sentence, notVerified }: ShadowVerdict,
): ShownVerdict {
  return {
    state: verdict,
    sentence,
    gates: gates
      .filter(({ name }) => !notVerified.includes(name))
      .map(
        ({ name, state, needs, mean, margin, floor, decidedAfter }): ShownGate => ({
          name,
          kind: { type: name },
          unit: 'needs',
          n: needs,
          margin,
          mean,
          lower: null,
          upper: null,
          state,
          gated: true,
          reason:
            state === 'inconclusive' && decidedAfter !== null
              ? `the incumbent's own answers are ${(floor ?? 0).toFixed(4)} apart, more than the margin`
              : decidedAfter === null
                ? `${counted(needs, 'need has', 'needs have')} not decided`
                : `decided after ${counted(decidedAfter, 'need')}`,
        }),
      ),
  };
}
