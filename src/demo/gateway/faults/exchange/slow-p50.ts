import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';
import { wait } from './wait.ts';

/** Every request waits a little longer: the median moves. */
export const slowP50: Fault = {
  kind: 'slow-p50',
  defaultRate: 1,
  summary: 'requests take 5 ms longer',
  rateMeans: 'share of the requests',
  changes: ['latency'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'slow-p50');
    return {
      around: async (_request, next) => {
        if (draw() < rate) await wait(5);
        return next();
      },
    };
  },
};
