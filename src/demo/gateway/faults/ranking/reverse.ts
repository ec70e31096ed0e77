import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The right rows in the wrong order: recall@k cannot see it. */
export const reverse: Fault = {
  kind: 'reverse',
  defaultRate: 1,
  summary: 'rows come farthest first',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'contract'],
  component: 'order',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'reverse');
    return { hits: (hits) => (draw() < rate ? hits.toReversed() : hits) };
  },
};
