import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { call, storageOf } from '../../src/wire/call.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { answerOf } from './contract/contract.ts';
import { connect } from './loopback.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/dialects.md'), 'utf8');

/** One request and its answer, as the page shows them. */
interface Exchange {
  readonly request: {
    readonly line: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The exchanges of a section of the page, in their order. */
function exchangesOf(heading: string): Exchange[] {
  const from = PAGE.indexOf(`## ${heading}`);
  const to = PAGE.indexOf('\n## ', from + 1);
  const section = PAGE.slice(from, to < 0 ? undefined : to);
  return [...section.matchAll(/```http\n(.*?)\n```/gs)].map(([, text = '']) => {
    const [asked = '', answered = ''] = text.split('\n\n');
    const [line = '', ...rest] = asked.split('\n');
    const [first = '', ...body] = answered.split('\n');
    const [status, type = 'application/json'] = first.split(' ');
    const isHeader = (one: string) => /^[a-z-]+: /.test(one);
    return {
      request: {
        line,
        headers: Object.fromEntries(rest.filter(isHeader).map((one) => one.split(': '))),
        body: rest.filter((one) => !isHeader(one)).join('\n'),
      },
      status: Number(status),
      type,
      body: body.join('\n'),
    };
  });
}

/** A server that takes the requests of some exchanges in their order and nothing else; what it was asked besides. */
async function serverOf(exchanges: readonly Exchange[]) {
  const waiting = [...exchanges];
  const other: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const next = waiting.shift();
      const body = Buffer.concat(chunks).toString();
      const asked = {
        line: `${request.method} ${request.url}`,
        headers: Object.fromEntries(
          Object.keys(next?.request.headers ?? {}).map((name) => [name, request.headers[name]]),
        ),
        body: comparable(body),
      };
      const wanted = next && { ...next.request, body: comparable(next.request.body) };
      if (JSON.stringify(asked) !== JSON.stringify(wanted)) other.push(JSON.stringify(asked));
      response.writeHead(next?.status ?? 500, { 'content-type': next?.type ?? 'text/plain' });
      response.end(next?.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, other, left: () => waiting.length };
}

/** JSON without regard to spaces; other text as it is. */
function comparable(text: string): string {
  return text.startsWith('{') ? JSON.stringify(JSON.parse(text)) : text;
}

const model = 'nomic-embed-text';
const embed = { texts: ['Forklift Operator', 'Welder'], kind: 'document', model } as const;
const statement = 'SELECT state, count(*) AS n FROM workers GROUP BY state';
const document = { id: 'w-43', text: 'Brian Ramirez', metadata: { state: 'IL' } };
const chat = {
  messages: [{ role: 'user', content: 'Hello' }],
  provider: 'ollama',
  model: 'qwen',
} as const;
const key = 'reports/a b.txt';

/** What both gateways are asked beside questions; the same answers in two forms. */
async function restOf(backend: Backend): Promise<void> {
  const ingest = {
    collection: 'workers',
    documents: [{ ...document, vector: Float32Array.of(0.5, 0.25) }],
  };
  expect(answerOf(await call(backend, 'ingest', ingest))).toEqual({ accepted: 1 });
  const { columns, rows } = answerOf(await call(backend, 'sql', { statement }));
  expect(columns.map(({ name }) => name)).toEqual(['state', 'n']);
  expect(rows).toEqual([['IL', 17]]);
  const storage = storageOf(backend);
  answerOf(await storage.put({ key, bytes: Buffer.from('hello') }));
  const part = answerOf(await storage.get({ key, range: { first: 0, last: 3 } }));
  expect([Buffer.from(part.bytes).toString(), part.partial]).toEqual(['hell', true]);
  const first = answerOf(await storage.list({ prefix: 'reports/', limit: 1 }));
  expect(first).toEqual({ objects: [{ key, sizeBytes: 5 }], cursor: key });
  const second = { prefix: 'reports/', limit: 1, cursor: key };
  expect(answerOf(await storage.list(second))).toEqual({ objects: [], cursor: null });
  answerOf(await storage.delete({ key }));
  expect(answerOf(await call(backend, 'chat', chat))).toMatchObject({
    ...{ content: 'Hi', provider: 'ollama', model: 'qwen', inputTokens: 3, outputTokens: 1 },
  });
}

describe('the page of the wire forms', () => {
  it('shows each request of the Rust gateway, and answers that are read', async () => {
    const server = await serverOf(exchangesOf('The Rust gateway'));
    const backend = connect({ url: server.url, dialect: rustLakehouse() });
    expect(answerOf(await backend.health())).toEqual({ service: 'lakehouse', version: null });
    const { vectors } = answerOf(await call(backend, 'embed', embed));
    expect(vectors.map((vector) => vector.length)).toEqual([2, 2]);
    const search = { collection: 'workers', text: 'Forklift Operator', k: 2 };
    const { hits } = answerOf(await call(backend, 'search', search));
    expect(hits.map(({ id, similarity }) => [id, similarity])).toEqual([
      ['w-43', 0.91],
      ['w-7', 0.42],
    ]);
    const retrieve = {
      ...{ collections: ['workers'], text: 'Forklift Operator', k: 2 },
      filter: { state: 'IL', years: { gte: 3 }, role: { in: ['a', 'b'] } },
    };
    expect(answerOf(await call(backend, 'retrieve', retrieve)).hits).toMatchObject([
      { id: 'w-43', collection: 'workers', metadata: { state: 'IL' } },
    ]);
    await restOf(backend);
    expect([server.other, server.left()]).toEqual([[], 0]);
  });

  it('shows each request of the Go gateway, and answers that are read', async () => {
    const server = await serverOf(exchangesOf('The Go gateway'));
    const dialect = goLakehouse();
    const backend = connect({ url: server.url, dialect });
    expect(answerOf(await backend.health())).toEqual({ service: 'gateway', version: '1.4.0' });
    expect(answerOf(await call(backend, 'embed', embed))).toMatchObject({ dimension: 2, model });
    const retrieve = {
      ...{ collections: ['workers', 'jobs'], text: 'Forklift Operator', k: 2, perCollectionK: 5 },
      filter: { state: 'IL', years: { gte: 3, lte: 9 }, role: { in: ['a', 'b'] } },
      model,
    };
    const { hits } = answerOf(await call(backend, 'retrieve', retrieve));
    expect(hits.map(({ id, collection, rawScore }) => [id, collection, rawScore])).toEqual([
      ['w-43', 'workers', 0.09],
      ['j-2', 'jobs', 0.58],
    ]);
    const search = { collection: 'workers', vector: Float32Array.of(0.5, 0.25), k: 1 };
    expect(answerOf(await call(backend, 'search', search)).hits).toMatchObject([{ id: 'w-43' }]);
    const byIndex = connect({
      url: server.url,
      dialect: goLakehouse({ searchPath: '/v1/vectors/search' }),
    });
    const asked = { collection: 'workers', text: 'Forklift Operator', k: 1, model };
    expect(answerOf(await call(byIndex, 'search', asked)).hits).toMatchObject([
      { id: 'w-43', collection: 'workers', similarity: 0.91 },
    ]);
    await restOf(backend);
    expect([server.other, server.left()]).toEqual([[], 0]);
  });
});
