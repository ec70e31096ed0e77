import type { Fault } from '../types.ts';

/** The order is right and every score has the other sign. */
export const scoreSign: Fault = {
  kind: 'score-sign',
  defaultRate: 1,
  summary: 'every score has the other sign',
  rateMeans: 'nothing: every answer is changed',
  changes: ['score', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: () => ({ hits: (hits) => hits.map((hit) => ({ ...hit, score: -hit.score })) }),
};
