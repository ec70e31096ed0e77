import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Fewer rows than were asked for and could be had: the last fifth is cut off. */
export const truncate: Fault = {
  kind: 'truncate',
  defaultRate: 1,
  summary: 'the last fifth of the rows is cut off',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'contract'],
  component: 'truncation',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'truncate');
    return {
      hits: (hits) => (draw() < rate ? hits.slice(0, Math.floor(hits.length * 0.8)) : hits),
    };
  },
};
