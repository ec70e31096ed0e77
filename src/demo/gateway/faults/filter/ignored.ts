import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The filter is accepted and has no effect. */
export const filterIgnored: Fault = {
  kind: 'filter-ignored',
  defaultRate: 1,
  summary: 'filters are accepted and not applied',
  rateMeans: 'share of the requests with a filter',
  changes: ['ranking', 'contract'],
  component: 'filter',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'filter-ignored');
    return {
      plan: (plan) => (plan.filter !== null && draw() < rate ? { ...plan, filter: null } : plan),
    };
  },
};
