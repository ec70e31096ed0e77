import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The order is right and every score has the other sign. */
export const scoreSign: Fault = {
  kind: 'score-sign',
  defaultRate: 1,
  summary: 'every score has the other sign',
  rateMeans: 'share of the answers',
  changes: ['score', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'score-sign');
    return {
      hits: (hits) => (draw() < rate ? hits.map((hit) => ({ ...hit, score: -hit.score })) : hits),
    };
  },
};
