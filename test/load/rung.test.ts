import type { Server } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createLawServer, type Law } from '../../bench/experiments/load/law-server.ts';
import type { Query } from '../../src/corpus/types.ts';
import { createAnswerBook } from '../../src/load/answers/answers.ts';
import { type LoadSide, runRung } from '../../src/load/drive/rung.ts';
import { loadableQueries, prepareSide } from '../../src/load/drive/sides.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import type { PreparedRequest } from '../../src/wire/http/prepare.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

const servers: Server[] = [];

async function serve(law: Law): Promise<string> {
  const server = createLawServer(law);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

afterAll(() => {
  for (const server of servers) server.close();
});

const exchange = (text: string): PreparedRequest => ({
  method: 'POST',
  path: '/',
  headers: ['content-type', 'application/json'],
  body: Buffer.from(JSON.stringify({ text })),
});

describe('a rung of the load ladder', () => {
  it('measures floor, A/A and A/B, and takes recall from the timed requests, errors as 0', async () => {
    const side = async (law: Law): Promise<LoadSide> => ({
      arm: {
        url: await serve(law),
        exchanges: Array.from({ length: 100 }, (_, index) => exchange(`q${index}`)),
        answers: createAnswerBook(),
      },
      read: () => ({ recall: 1 }),
    });
    const rung = await runRung({
      sides: [await side({}), await side({ errorEvery: 2 })],
      ratePerSecond: 500,
      process: 'poisson',
      pairCount: 4,
      requestsPerBlock: 20,
      discardPerBlock: 2,
      seed: 1,
      querySeed: 1,
      fresh: true,
      objectiveMs: 100_000,
      warmUpMs: 60,
      // A busy machine must not make the rung repeat: this test is about counts, not about times.
      validityLimits: {
        slipMs: 1e9,
        slipShareOfObjective: 1,
        loopDelayMs: 1e9,
        headroom: 0,
        achievedShare: 0,
        steal: 1,
      },
    });
    expect(rung.sides[0].summary.books).toMatchObject({ scheduled: 80, balanced: true });
    expect(rung.sides[0].summary.books.counts.ok).toBe(80);
    expect(rung.sides[0].recall).toBe(1);
    const { counts } = rung.sides[1].summary.books;
    expect(counts.http).toBeGreaterThan(30);
    expect(counts.ok + counts.http).toBe(80);
    expect(rung.sides[1].recall).toBeCloseTo(counts.ok / 80, 12);
    expect(rung.ratios.map(({ quantile, exposure }) => `${exposure} ${quantile}`)).toEqual([
      'first 0.5',
      'repeat 0.5',
      'first 0.95',
      'repeat 0.95',
    ]);
    expect(rung.selfRatios.every(({ exposure }) => exposure === 'repeat')).toBe(true);
    expect(rung.floor.books.balanced).toBe(true);
  });
});

const accessOf = (dialect: Dialect, url = 'http://127.0.0.1:1', headers = {}) =>
  http({ url, dialect, headers }).http;

describe('the sides of a load', () => {
  const query = (id: string, collections: string[], filter?: Query['filter']): Query => ({
    id,
    need: id,
    text: id,
    slices: [],
    collections,
    ...(filter === undefined ? {} : { filter }),
  });

  it('leave out queries that one side needs several requests for', () => {
    const queries = [query('a', ['workers']), query('b', ['workers', 'jobs'])];
    const both = [accessOf(rustLakehouse()), accessOf(goLakehouse())];
    expect(loadableQueries(queries, both, 'retrieve', 10).map(({ id }) => id)).toEqual(['a']);
    expect(loadableQueries(queries, [accessOf(goLakehouse())], 'retrieve', 10).length).toBe(2);
  });

  it('leave out filters where search is asked, since search takes none', () => {
    const queries = [query('a', ['workers']), query('b', ['workers'], { state: 'IL' })];
    const both = [accessOf(rustLakehouse()), accessOf(goLakehouse())];
    expect(loadableQueries(queries, both, 'search', 10).map(({ id }) => id)).toEqual(['a']);
  });

  it('read an answer as its dialect does', async () => {
    const side = await prepareSide({
      http: accessOf(goLakehouse(), await serve({}), { 'x-token': 'secret' }),
      operation: 'retrieve',
      queries: [query('a', ['workers'])],
      k: 2,
      model: null,
      recallOf: (hits) => hits.filter(({ id }) => id === 'w-1').length / 2,
      probes: [0],
    });
    expect(side.arm.exchanges[0]?.headers).toEqual([
      ...['accept', 'application/json, */*;q=0.5'],
      ...['accept-encoding', 'identity'],
      ...['user-agent', 'retrieval-parity'],
      ...['content-type', 'application/json'],
      ...['x-token', 'secret'],
    ]);
    const body = Buffer.from(
      JSON.stringify({
        results: [{ id: 'w-1', distance: 0.1, corpus: 'workers', metadata: {} }],
        per_corpus: { workers: 1 },
      }),
    );
    expect(side.read?.(body, 0)).toEqual({ recall: 0.5 });
    expect(() => side.read?.(Buffer.from('<html>'), 0)).toThrow();
  });
});
