import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { InfrastructureError } from '../../errors.ts';

const LOOPBACK = '127.0.0.1';
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
 * Serves on 127.0.0.1; port 0 takes a free one.
 * @throws InfrastructureError where the port cannot be had.
 */
export async function listen(handler: RequestHandler, port: number): Promise<Listener> {
  const server = createAdaptorServer({ fetch: handler.fetch }) as Server;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // Longer than any client keeps an idle connection, so that the client is the one that closes it:
  // a connection closed here while a request is on its way looks like a reset.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new InfrastructureError(
          'gateway-port',
          `cannot listen on ${LOOPBACK}:${port}: ${error.code ?? error.message}`,
          { hint: 'choose another port, or 0 for a free one', cause: error },
        ),
      );
    });
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address() as AddressInfo;
  let stopping: Promise<void> | null = null;
  return {
    url: `http://${LOOPBACK}:${address.port}`,
    stop: () => {
      stopping ??= drain(server).then(() => handler.close());
      return stopping;
    },
  };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const forced = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(forced);
}
