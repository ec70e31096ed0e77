import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small gateway in the wire form of `rust-lakehouse` that says its secrets wherever it can. */
export interface EchoGateway {
  readonly url: string;
  readonly close: () => void;
}

/** How it answers: soundly; with errors that repeat what it was sent; with answers that do. */
export type EchoMood = 'sound' | 'errors' | 'answers';

const DIMENSION = 8;

/** Ways in which a text is repeated, one after the other. */
const WRITINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  (text) => encodeURIComponent(text),
  (text) => text.replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&#34;'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => text.replace(/./gs, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (text) => Buffer.from(` ${text}`).toString('base64url'),
];

/** What a request asks, of any route. */
interface Asked {
  readonly texts?: readonly string[];
  readonly query?: string;
  readonly question?: string;
  readonly top_k?: number;
}

/** Starts it over documents by id; a text's vector is made of its characters. */
export async function echoGateway(
  documents: ReadonlyMap<string, string>,
  mood: EchoMood,
): Promise<EchoGateway> {
  let turn = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = (
        chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
      ) as Asked;
      const secret = WRITINGS[turn++ % WRITINGS.length]?.(JSON.stringify(request.headers)) ?? '';
      if (request.url === '/health') response.end('lakehouse ok');
      else if (mood === 'errors') json(response, 500, { error: `refused ${secret}` });
      else answer(request.url ?? '', asked, response, mood === 'answers' ? secret : '');
    });
  });
  const answer = (path: string, asked: Asked, response: ServerResponse, more: string): void => {
    const rows = () => {
      const wanted = vectorOf(asked.query ?? asked.question ?? '');
      return [...documents]
        .map(([id, text]) => ({
          doc_id: id + more,
          score: dot(wanted, vectorOf(text)),
          chunk_text: text,
          metadata: {},
        }))
        .toSorted((a, b) => b.score - a.score)
        .slice(0, asked.top_k);
    };
    if (path === '/ai/embed') {
      const embeddings = (asked.texts ?? []).map(vectorOf);
      json(response, 200, { embeddings, dimensions: DIMENSION, model: `m${more}` });
    } else if (path === '/vectors/search') {
      json(response, 200, { results: rows() });
    } else if (path === '/vectors/hybrid') {
      json(response, 200, { sources: rows(), sql_matches: null, method: 'vector' });
    } else json(response, 404, { error: `no route, ${more}` });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function vectorOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSION }, (_, at) => Math.sin(at + 1));
  for (let at = 0; at < text.length; at++) {
    const place = (text.charCodeAt(at) * 7 + at) % DIMENSION;
    vector[place] = (vector[place] ?? 0) + text.charCodeAt(at) / 100;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
