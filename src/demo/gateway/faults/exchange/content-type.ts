import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The right body under the wrong name, as a proxy that guesses leaves it. */
export const contentType: Fault = {
  kind: 'content-type',
  defaultRate: 0.02,
  summary: 'bodies come as text/html',
  rateMeans: 'share of the requests',
  changes: ['wire', 'contract'],
  component: null,
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'content-type');
    return {
      around: async (_request, next) => {
        const response = await next();
        if (draw() >= rate) return response;
        const headers = new Headers(response.headers);
        headers.set('content-type', 'text/html; charset=utf-8');
        return new Response(response.body, { status: response.status, headers });
      },
    };
  },
};
