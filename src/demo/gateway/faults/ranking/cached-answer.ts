import type { GatewayHit } from '../../hit.ts';
import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** A cache whose key forgets the query: all that differ in nothing else get the first one's rows. */
export const cachedAnswer: Fault = {
  kind: 'cached-answer',
  defaultRate: 1,
  summary: 'the first answer is kept and given to every query of its collections, k and filter',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'score'],
  component: 'unexplained',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'cached-answer');
    const kept = new Map<string, readonly GatewayHit[]>();
    return {
      hits: (hits, { collections, k, filter }) => {
        const key = JSON.stringify([collections, k, filter]);
        const cached = kept.get(key);
        if (cached === undefined) kept.set(key, hits);
        return cached !== undefined && draw() < rate ? cached : hits;
      },
    };
  },
};
