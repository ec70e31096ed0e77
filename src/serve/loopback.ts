import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InfrastructureError } from '../errors.ts';

const LOOPBACK = '127.0.0.1';
/** More are closed at once. */
const MOST_CONNECTIONS = 2048;
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
/** How often connections are looked at that send no whole request: Node's own 30 s would let them stay. */
export const CHECK_MS = 2_000;

/** A server that listens on the loopback interface. */
export interface Listening {
  readonly url: string;
  /** Lets answers under way finish, for at most `drainMs`, then closes every connection. */
  readonly stop: (drainMs?: number) => Promise<void>;
}

/**
 * Listens on 127.0.0.1 and nowhere else; port 0 takes a free one. A connection has ten seconds for the head of a
 * request and thirty for all of it. The server is to be made with `connectionsCheckingInterval: CHECK_MS`.
 * @param errorCode code of the error where the port cannot be had
 * @throws InfrastructureError where the port cannot be had.
 */
export async function listenOnLoopback(
  server: Server,
  port: number,
  errorCode: string,
): Promise<Listening> {
  server.headersTimeout = HEAD_MS;
  server.requestTimeout = REQUEST_MS;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new InfrastructureError(
          errorCode,
          `cannot listen on ${LOOPBACK}:${port}: ${error.code ?? error.message}`,
          { hint: 'choose another port, or 0 for a free one', cause: error },
        ),
      );
    });
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${address.port}`,
    stop: async (drainMs = 0) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const forced = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(forced);
    },
  };
}
