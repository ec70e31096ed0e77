import { createServer, type Server } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import type { Query } from '../../src/corpus/types.ts';
import { nonceQueries } from '../../src/load/answers/nonce.ts';
import { askAlone } from '../../src/load/drive/ask-alone.ts';
import { prepareSide } from '../../src/load/drive/sides.ts';
import { nonceFigures } from '../../src/load/find/answers/nonces.ts';
import { type AnswerRow, answerRow, answersOf } from '../../src/load/record/answer-rows.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

const queries: Query[] = ['welders in Chicago', 'night nurses', 'forklift driver'].map(
  (text, index) => ({
    id: `q${index}`,
    need: `q${index}`,
    text,
    slices: [],
    collections: ['workers'],
  }),
);

/** A backend whose scores depend on the text, or one that gives everybody its first answer. */
async function serve(cachesEverything: boolean): Promise<string> {
  let first: string | null = null;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const score =
        [...body].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7) / 9973;
      const own = JSON.stringify({
        results: [{ id: 'w-1', distance: score, corpus: 'workers', metadata: {} }],
        per_corpus: { workers: 1 },
      });
      first ??= own;
      response.setHeader('content-type', 'application/json');
      response.end(cachesEverything ? first : own);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

/** What one side makes of texts that nobody asked before, where it was asked the known queries first. */
async function figuresOf(url: string, nonces: readonly Query[]) {
  const side = await prepareSide({
    http: http({ url, dialect: goLakehouse() }).http,
    operation: 'retrieve',
    queries,
    k: 2,
    model: null,
    probes: [],
  });
  const rows: AnswerRow[] = [];
  for (const { query, answer } of await askAlone(side, queries)) {
    rows.push(answerRow(query.id, 1, answer));
  }
  const ids = queries.map(({ id }) => id);
  const known = answersOf(rows, ids);
  const asked = (await askAlone(side, nonces)).map(({ query, answer }) => ({
    ratePerSecond: 100,
    arm: 0 as const,
    query,
    answer,
  }));
  return nonceFigures(asked, [known, known], ids, () => 0.5);
}

describe('texts that nobody asked before', () => {
  let next = 0;
  const random = (limit: number) => next++ % limit;

  it('are made of the corpus’s own words and differ from each other and from every query', () => {
    const nonces = nonceQueries(queries, 3, random);
    const texts = nonces.map(({ text }) => text);
    expect(new Set([...texts, ...queries.map(({ text }) => text)]).size).toBe(6);
    const words = new Set(queries.flatMap(({ text }) => text.split(' ')));
    for (const text of texts)
      expect(text.split(' ').filter((word) => words.has(word)).length).toBe(6);
  });

  it('find a backend that gives any query the answer of another', async () => {
    const nonces = nonceQueries(queries, 2, random);
    expect(await figuresOf(await serve(true), nonces)).toEqual([
      {
        ratePerSecond: 100,
        side: 'incumbent',
        asked: 2,
        answered: 2,
        sameAs: ['q0', 'q0'],
        recall: 0.5,
      },
    ]);
  });

  it('suspect nobody who computes an answer for each text', async () => {
    const nonces = nonceQueries(queries, 3, random);
    const [figures] = await figuresOf(await serve(false), nonces);
    expect(figures).toMatchObject({ asked: 3, answered: 3, sameAs: [] });
  });
});
