import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';
import { wait } from './wait.ts';

/** A few requests wait long: the tail moves and the median does not. */
export const slowTail: Fault = {
  kind: 'slow-tail',
  defaultRate: 0.08,
  summary: 'some requests take 100 ms longer',
  rateMeans: 'share of the requests',
  changes: ['latency'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'slow-tail');
    return {
      around: async (_request, next) => {
        if (draw() < rate) await wait(100);
        return next();
      },
    };
  },
};
