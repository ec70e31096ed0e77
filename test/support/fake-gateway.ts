import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request in place of the gateway; what it does with the response is its own matter. */
export type Misbehaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => void;

export interface FakeGateway {
  readonly url: string;
  close(): Promise<void>;
}

/** Minimal answers of the two lakehouse gateways, for tests of what happens when one of them is not well. */
export async function fakeGateway(
  kind: 'rust' | 'go',
  misbehave: Readonly<Record<string, Misbehaviour>> = {},
): Promise<FakeGateway> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      const own = misbehave[path];
      const text = Buffer.concat(chunks).toString('utf8');
      if (own !== undefined) return own(request, response, text);
      const answer = wellBehaved(kind, path, text === '' ? {} : JSON.parse(text));
      if (answer === null) {
        response.writeHead(404, { 'content-type': 'application/json' });
        return response.end('{"error":"no such path"}');
      }
      response.writeHead(200, {
        'content-type': typeof answer === 'string' ? 'text/plain' : 'application/json',
      });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function wellBehaved(kind: 'rust' | 'go', path: string, body: { texts?: string[] }): unknown {
  const vectors = (body.texts ?? []).map((text) =>
    Array.from({ length: 4 }, (_, at) => ((text.length + at * 7) % 11) + 1),
  );
  const answers: Record<string, unknown> =
    kind === 'rust'
      ? {
          '/health': 'lakehouse ok',
          '/ai/embed': { embeddings: vectors, dimensions: 4, model: 'm' },
          '/vectors/search': { results: [] },
          '/vectors/hybrid': { sources: [], sql_matches: 0, method: 'hybrid' },
        }
      : {
          '/health': { status: 'ok', service: 'gateway' },
          '/v1/embed': { vectors, dimension: 4, model: 'm' },
          '/v1/matrix/search': { results: [], per_corpus: {} },
          '/v1/matrix/retrieve': { results: [], per_corpus: {} },
        };
  return answers[path] ?? null;
}
