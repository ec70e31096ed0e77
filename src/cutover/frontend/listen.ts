import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { CHECK_MS, listenOnLoopback } from '../../serve/loopback.ts';
import { isForOwnHost } from '../../serve/own-host.ts';

const DRAIN_MS = 5000;

/** A server without a socket: requests in, responses out. */
export interface RequestHandler {
  /** Answers one request; errors of the request are 4xx responses, never rejections. */
  fetch(request: Request): Promise<Response>;
  /** Frees what it holds. */
  close(): Promise<void>;
}

/** A server with a socket on the loopback interface. */
export interface Listener {
  readonly url: string;
  /** Lets answers under way finish, for at most five seconds, then closes socket and server. */
  stop(): Promise<void>;
}

/**
 * Serves on 127.0.0.1; port 0 takes a free one. A request for another host than this machine, or one of `hosts`, is
 * answered with 421.
 * @throws InfrastructureError where the port cannot be had.
 */
export async function listen(
  handler: RequestHandler,
  port: number,
  hosts: readonly string[] = [],
): Promise<Listener> {
  const answer = getRequestListener(handler.fetch);
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    if (isForOwnHost(request, hosts)) void answer(request, response);
    else response.writeHead(421, FOREIGN_HEAD).end(FOREIGN);
  });
  // Longer than any client keeps an idle connection, so that the client is the one that closes it:
  // a connection closed here while a request is on its way looks like a reset.
  server.keepAliveTimeout = 120_000;
  const { url, stop } = await listenOnLoopback(server, port, 'gateway-port');
  let stopping: Promise<void> | null = null;
  return {
    url,
    stop: () => {
      stopping ??= stop(DRAIN_MS).then(() => handler.close());
      return stopping;
    },
  };
}

const FOREIGN_HEAD = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  connection: 'close',
} as const;
const FOREIGN = JSON.stringify({
  error: 'this server answers requests for 127.0.0.1 and localhost, with one Host header',
  code: 'foreign-host',
});
