import { once } from 'node:events';
import { createServer } from 'node:http';
import { CHECK_MS, listenOnLoopback } from '../../src/serve/loopback.ts';
import { isForOwnHost } from '../../src/serve/own-host.ts';

interface ServeOptions {
  /** Ends the server. */
  readonly signal: AbortSignal;
  /** Called with the address once it answers. */
  readonly ready: (url: string) => void;
}

/**
 * Serves one page on the loopback address until the signal is aborted. Requests for another host are refused: a page
 * of somebody else cannot read this one by a name that leads here.
 * @throws InfrastructureError where the port cannot be listened on
 */
export async function servePage(
  page: string,
  port: number,
  { signal, ready }: ServeOptions,
): Promise<void> {
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    const isPage = request.url === '/' && (request.method === 'GET' || request.method === 'HEAD');
    const status = !isForOwnHost(request) ? 421 : isPage ? 200 : 404;
    response.writeHead(status, {
      'content-type': `${status === 200 ? 'text/html' : 'text/plain'}; charset=utf-8`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(status === 200 ? page : 'not here\n');
  });
  const { url, stop } = await listenOnLoopback(server, port, 'report-serve');
  ready(`${url}/`);
  if (!signal.aborted) await once(signal, 'abort');
  await stop();
}
