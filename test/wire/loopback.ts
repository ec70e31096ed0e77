import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Dialect } from '../../src/wire/dialect.ts';
import { type HttpBackend, type HttpOptions, http } from '../../src/wire/http/http-backend.ts';
import { onlyReply, replyText } from '../../src/wire/json/json-reply.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly json: unknown;
}

export interface Loopback {
  readonly url: string;
  readonly received: Received[];
}

type Answer = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

/** A real HTTP server on a free loopback port, closed with all its sockets when the test ends. */
export async function serve(answer: Answer): Promise<Loopback> {
  const received: Received[] = [];
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const request: Received = {
        method: raw.method ?? '',
        path: raw.url ?? '',
        headers: raw.headers,
        json: text === '' ? undefined : parsed(text, raw.headers['content-type']),
      };
      received.push(request);
      answer(request, response, raw);
    });
    raw.on('error', () => {});
    response.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** JSON, or the values of JSON lines. */
function parsed(text: string, type = ''): unknown {
  if (!type.includes('ndjson')) return JSON.parse(text);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A TCP server that speaks what it is told, for responses no HTTP library would write. */
export async function serveRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers every request with one JSON value. */
export function json(value: unknown, status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
}

/** Connects a backend that is closed when the test ends. */
export function connect(options: HttpOptions): HttpBackend {
  const backend = http(options);
  onTestFinished(() => backend.close());
  return backend;
}

/** The least dialect there is: health is a GET whose text is the service's name. */
export function textDialect(paths: readonly string[] = ['/health']): Dialect {
  return {
    name: 'text',
    fingerprint: 'text@1',
    health: {
      path: '/health',
      encode: () => paths.map((path) => ({ method: 'GET', path })),
      decode: (replies) => ({ service: replyText(onlyReply(replies)), version: null }),
    },
  };
}
