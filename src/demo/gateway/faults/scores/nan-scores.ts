import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** A score that is not a number, as a division of 0 by 0 gives it: JSON has no word for it but null. */
export const nanScores: Fault = {
  kind: 'nan-scores',
  defaultRate: 0.1,
  summary: 'scores are NaN, which JSON writes as null',
  rateMeans: 'share of the rows',
  changes: ['score', 'wire', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'nan-scores');
    return {
      hits: (hits) => hits.map((hit) => (draw() < rate ? { ...hit, score: Number.NaN } : hit)),
    };
  },
};
