import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Some requests end in a 500 with a JSON body, as a crashed handler gives it. */
export const errors: Fault = {
  kind: 'errors',
  defaultRate: 0.01,
  summary: 'requests are answered with status 500',
  rateMeans: 'share of the requests',
  changes: ['wire', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'errors');
    return {
      around: async (_request, next) =>
        draw() < rate ? Response.json({ error: 'internal error' }, { status: 500 }) : next(),
    };
  },
};
