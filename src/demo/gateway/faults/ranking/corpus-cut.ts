import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Each collection gives its even share of k: the better ones have no room for what they hold. */
export const corpusCut: Fault = {
  kind: 'corpus-cut',
  defaultRate: 1,
  summary: 'each of several collections is cut to its even share of k before the merge',
  rateMeans: 'share of the requests over several collections',
  changes: ['ranking'],
  component: 'fusion',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'corpus-cut');
    return {
      plan: (plan) => {
        const { length } = plan.collections;
        if (length < 2 || draw() >= rate) return plan;
        return { ...plan, perCollectionK: Math.ceil(plan.k / length) };
      },
    };
  },
};
