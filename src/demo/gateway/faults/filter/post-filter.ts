import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The k nearest are found first and filtered afterwards: an answer keeps what is left of them. */
export const postFilter: Fault = {
  kind: 'post-filter',
  defaultRate: 1,
  summary: 'the k nearest are found first and filtered afterwards',
  rateMeans: 'share of the requests with a filter',
  changes: ['ranking', 'contract'],
  component: 'filter',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'post-filter');
    return {
      plan: (plan) =>
        plan.filter !== null && draw() < rate ? { ...plan, filtering: 'after' } : plan,
    };
  },
};
