import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Ranks are counted from 1 where they should be from 0: the nearest row is skipped. */
export const offByOne: Fault = {
  kind: 'off-by-one',
  defaultRate: 1,
  summary: 'the nearest row is skipped, and one more comes at the end',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'contract'],
  component: 'truncation',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'off-by-one');
    return {
      plan: (plan) => ({ ...plan, k: plan.k + 1, perCollectionK: plan.perCollectionK + 1 }),
      hits: (hits, plan) => (draw() < rate ? hits.slice(1) : hits.slice(0, plan.k - 1)),
    };
  },
};
