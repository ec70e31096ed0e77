import { createServer, type Server } from 'node:http';
import { createAnswerVariants } from '../../../src/load/answers/answers.ts';
import type { PreparedSide } from '../../../src/load/drive/sides.ts';

export const QUERY_COUNT = 20;

/** Answers with the path and the header that it was sent, and counts. */
export async function echo(): Promise<{ server: Server; url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    response.end(JSON.stringify({ path: request.url, key: request.headers['x-api-key'] ?? '' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}`, asked: () => asked };
}

/** A side that asks such a backend 20 queries, with a header that is a secret. */
export function sideOf(url: string, secret: string): PreparedSide {
  return {
    arm: {
      url,
      exchanges: Array.from({ length: QUERY_COUNT }, (_, query) => ({
        method: 'GET',
        path: `/${query}`,
        headers: ['accept', '*/*', 'x-api-key', secret],
        body: null,
      })),
      answers: createAnswerVariants(),
    },
    queries: [],
    masked: new Set(),
    exchangeOf: () => {
      throw new Error('not asked');
    },
    hitsOf: () => [],
  };
}
