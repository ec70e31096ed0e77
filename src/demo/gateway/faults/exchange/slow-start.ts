import type { Fault } from '../types.ts';
import { wait } from './wait.ts';

const LONGEST_MS = 600_000;
const COLD_MS = 20;

/** Caches are cold after the start: the first requests wait longest, and less from minute to minute. */
export const slowStart: Fault = {
  kind: 'slow-start',
  defaultRate: 0.1,
  summary: 'requests take 20 ms longer at first, and ever less until the gateway is warm',
  rateMeans: 'share of the ten minutes after the first request that it takes to be warm',
  changes: ['latency'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate }) => {
    let startMs: number | null = null;
    return {
      around: async (_request, next) => {
        const nowMs = performance.now();
        startMs ??= nowMs;
        await wait(COLD_MS * (1 - (nowMs - startMs) / (rate * LONGEST_MS)));
        return next();
      },
    };
  },
};
