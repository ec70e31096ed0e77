import type { Fault } from '../types.ts';
import { wait } from './wait.ts';

const PERIOD_MS = 1000;

/** Once a second everything stands still for a while, as under a collector of garbage. */
export const periodicStall: Fault = {
  kind: 'periodic-stall',
  defaultRate: 0.1,
  summary: 'once a second all requests wait until a stall is over',
  rateMeans: 'share of each second',
  changes: ['latency'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate }) => {
    const startMs = performance.now();
    return {
      around: async (_request, next) => {
        const phaseMs = (performance.now() - startMs) % PERIOD_MS;
        await wait(rate * PERIOD_MS - phaseMs);
        return next();
      },
    };
  },
};
