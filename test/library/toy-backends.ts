import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Takes what ends a server or removes a folder. */
export type AtEnd = (end: () => Promise<void>) => void;

const WORDS = ['lift', 'weld', 'paint', 'drive', 'nurse', 'guard', 'count', 'plant'];

/** Documents of three of eight words each; no two are alike. */
export const TOY_DOCUMENTS = WORDS.flatMap((one, at) =>
  WORDS.slice(at + 1).map((two, by) => ({
    id: `${one}-${two}`,
    text: `${one} ${two} ${two} ${WORDS[(at + 3 * by + 5) % WORDS.length]}`,
  })),
);

/** How often each word occurs, as a vector of unit length. */
function vectorOf(text: string): number[] {
  const counts = WORDS.map((word) => text.split(word).length - 1 + 1e-3);
  const norm = Math.hypot(...counts);
  return counts.map((count) => Math.fround(count / norm));
}

/**
 * Starts a server of the toy protocol that ranks exactly.
 * @param atEnd takes what closes it; default: it is closed after the test
 */
export async function toyBackend(atEnd: AtEnd = onTestFinished): Promise<string> {
  const rows = TOY_DOCUMENTS.map(({ id, text }) => ({ id, vector: vectorOf(text) }));
  const answers: Record<string, (body: { q?: string; n?: number; t?: string[] }) => unknown> = {
    '/embed': ({ t = [] }) => t.map(vectorOf),
    '/ask': ({ q = '', n = 10 }) => {
      const asked = vectorOf(q);
      const score = (vector: number[]) =>
        vector.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0);
      return rows
        .map(({ id, vector }): [string, number] => [id, score(vector)])
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, n);
    },
  };
  return await serve(atEnd, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/alive') return response.end('"toy"');
      const answer = answers[request.url ?? ''];
      try {
        if (answer === undefined) return response.writeHead(404).end('{}');
        return response.end(JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString()))));
      } catch {
        return response.writeHead(400).end('{}');
      }
    });
  });
}

/** A frontend that passes `/api/…` on to the incumbent and `/_go/…` to the candidate, byte for byte. */
export async function toyFrontend(incumbentUrl: string, candidateUrl: string): Promise<string> {
  return await serve(onTestFinished, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, side = '', path = ''] = /^\/(api|_go)(\/.*)$/.exec(request.url ?? '') ?? [];
    const body = Buffer.concat(chunks);
    const reply = await fetch((side === '_go' ? candidateUrl : incumbentUrl) + path, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(body.length === 0 ? {} : { body }),
    });
    response.writeHead(reply.status, {
      'content-type': reply.headers.get('content-type') ?? 'text/plain',
    });
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
}

/** A corpus of the documents, asked by pairs of their words; it is removed after the test, or as for `toyBackend`. */
export async function toyCorpus(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toy-'));
  atEnd(() => rm(folder, { recursive: true }));
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const queries = WORDS.flatMap((one, at) =>
    WORDS.filter((_, by) => by !== at).map((two) => ({ text: `${one} ${two}` })),
  ).map(({ text }, at) => ({
    id: `q-${at}`,
    need: `n-${at}`,
    text,
    slices: [],
    collections: ['jobs'],
  }));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: 'toy',
      collections: [{ name: 'jobs', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  const rows = TOY_DOCUMENTS.map((document) => ({ ...document, metadata: {} }));
  await writeFile(join(folder, 'documents.jsonl'), lines(rows));
  await writeFile(join(folder, 'queries.jsonl'), lines(queries));
  await writeFile(join(folder, 'judgments.tsv'), 'q-0\tjobs/lift-weld\t1\n');
  return folder;
}

async function serve(atEnd: AtEnd, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
