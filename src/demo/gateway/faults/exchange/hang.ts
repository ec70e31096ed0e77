import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Some requests are never answered; they end when the client or the gateway gives up. */
export const hang: Fault = {
  kind: 'hang',
  defaultRate: 0.001,
  summary: 'requests are never answered',
  rateMeans: 'share of the requests',
  changes: ['latency', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'hang');
    return {
      around: (request, next) =>
        draw() < rate
          ? new Promise((_resolve, reject) => {
              request.signal.addEventListener('abort', () => reject(new Error('client gone')));
            })
          : next(),
    };
  },
};
