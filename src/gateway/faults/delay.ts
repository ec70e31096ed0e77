import { setTimeout as sleep } from 'node:timers/promises';
import { drawStream } from './draw.ts';
import type { Fault } from './types.ts';

/** Every request waits a little longer: the median moves. */
export const slowP50: Fault = {
  kind: 'slow-p50',
  defaultRate: 1,
  summary: 'requests take 5 ms longer',
  rateMeans: 'share of the requests',
  changes: ['latency'],
  plant: ({ rate, seed }) => delayed(rate, seed, 'slow-p50', 5),
};

/** A few requests wait long: the tail moves and the median does not. */
export const slowTail: Fault = {
  kind: 'slow-tail',
  defaultRate: 0.08,
  summary: 'some requests take 100 ms longer',
  rateMeans: 'share of the requests',
  changes: ['latency'],
  plant: ({ rate, seed }) => delayed(rate, seed, 'slow-tail', 100),
};

function delayed(rate: number, seed: number, label: string, delayMs: number) {
  const draw = drawStream(seed, label);
  return {
    around: async (_request: Request, next: () => Promise<Response>) => {
      if (draw() < rate) await sleep(delayMs);
      return next();
    },
  };
}
