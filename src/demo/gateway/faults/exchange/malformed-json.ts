import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** A body that stops in the middle under a status of 200. */
export const malformedJson: Fault = {
  kind: 'malformed-json',
  defaultRate: 0.02,
  summary: 'bodies are cut in the middle',
  rateMeans: 'share of the requests',
  changes: ['wire', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'malformed-json');
    return {
      around: async (_request, next) => {
        const response = await next();
        if (draw() >= rate) return response;
        const body = await response.text();
        return new Response(body.slice(0, Math.ceil(body.length / 2)), {
          status: response.status,
          headers: { 'content-type': 'application/json' },
        });
      },
    };
  },
};
