import type { GatewayHit } from '../../hit.ts';
import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Responses are mixed up: a request gets the rows of the one before it. */
export const otherQuery: Fault = {
  kind: 'other-query',
  defaultRate: 0.02,
  summary: 'a request gets the rows of the request before it',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'score', 'contract'],
  component: 'unexplained',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'other-query');
    let before: readonly GatewayHit[] | null = null;
    return {
      hits: (hits) => {
        const answer = before !== null && draw() < rate ? before : hits;
        before = hits;
        return answer;
      },
    };
  },
};
