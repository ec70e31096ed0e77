import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createFrontend } from '../../../src/cutover/frontend/frontend.ts';
import { type Listener, listen } from '../../../src/cutover/frontend/listen.ts';
import type { FrontendOptions } from '../../../src/cutover/frontend/types.ts';

/** A backend on loopback that can be ended and come back on its port. */
export interface Backend {
  readonly url: string;
  readonly port: number;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts a server that answers with the given listener. */
export async function backend(listener: RequestListener): Promise<Backend> {
  let server = await started(listener, 0);
  const port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    kill: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    restart: async () => {
      server = await started(listener, port);
    },
  };
}

async function started(listener: RequestListener, port: number): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** A frontend on a free port. */
export async function frontend(options: FrontendOptions): Promise<Listener> {
  return listen(createFrontend(options), 0);
}

/** What an echo saw of a request. */
export interface Seen {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Answers with what it was asked, as JSON. */
export function echo(name: string): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen: Seen = {
        name,
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.rawHeaders,
        body: Buffer.concat(chunks).toString('base64'),
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(seen));
    });
  };
}

/** Sends bytes as they are and gives everything that comes back until the server closes. */
export function raw(url: string, text: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    // Not ended: a server may take a client that has ended for one that is gone.
    socket.write(Buffer.from(text, 'latin1'));
  });
}

/** A request with a target as it stands, answered by a closed connection. */
export function get(target: string, headers: readonly string[] = []): string {
  return `${[`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
}
