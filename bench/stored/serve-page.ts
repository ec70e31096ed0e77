import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfrastructureError } from '../../src/errors.ts';

interface ServeOptions {
  /** Ends the server. */
  readonly signal: AbortSignal;
  /** Called with the address once it answers. */
  readonly ready: (url: string) => void;
}

/**
 * Serves one page on the loopback address until the signal is aborted. Requests by another name than the address
 * are refused: a page of somebody else cannot read this one by a name that leads here.
 * @throws InfrastructureError where the port cannot be listened on
 */
export async function servePage(
  page: string,
  port: number,
  { signal, ready }: ServeOptions,
): Promise<void> {
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    const isOwn = [`127.0.0.1:${own}`, `localhost:${own}`].includes(request.headers.host ?? '');
    const isPage = request.url === '/' && (request.method === 'GET' || request.method === 'HEAD');
    const status = !isOwn ? 421 : isPage ? 200 : 404;
    response.writeHead(status, {
      'content-type': `${status === 200 ? 'text/html' : 'text/plain'}; charset=utf-8`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(status === 200 ? page : 'not here\n');
  });
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    throw new InfrastructureError('report-serve', `cannot listen on 127.0.0.1:${port}`, {
      hint: 'give another port with --port, or 0 for a free one',
      cause,
    });
  }
  ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
}
