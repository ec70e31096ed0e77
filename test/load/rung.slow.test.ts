import type { Server } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createLawServer, type Law } from '../../bench/experiments/load/law-server.ts';
import type { Query } from '../../src/corpus/types.ts';
import { createAnswerVariants } from '../../src/load/answers/answers.ts';
import { readAnswer } from '../../src/load/drive/ask-alone.ts';
import { runRung } from '../../src/load/drive/rung.ts';
import { loadableQueries, prepareSide } from '../../src/load/drive/sides.ts';
import type { LoadArm } from '../../src/load/drive/trial.ts';
import { rungFindings } from '../../src/load/find/rung.ts';
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

/** A busy machine must not make a rung repeat: these tests are about counts, not about times. */
const NO_LIMITS = {
  slipMs: 1e9,
  slipShareOfObjective: 1,
  loopDelayMs: 1e9,
  headroom: 0,
  achievedShare: 0,
  steal: 1,
};

/** One rung of two servers, and what is found in it where every answer has a recall of 1. */
async function rungOf(incumbent: Law, candidate: Law) {
  const arm = async (law: Law): Promise<LoadArm> => ({
    url: await serve(law),
    exchanges: Array.from({ length: 100 }, (_, index) => exchange(`q${index}`)),
    answers: createAnswerVariants(),
  });
  const observed = await runRung({
    arms: [await arm(incumbent), await arm(candidate)],
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
    validityLimits: NO_LIMITS,
  });
  const whole = () => ({ recall: 1 });
  const never = () => false;
  return rungFindings(observed, {
    valueFor: [whole, whole],
    isForeign: [never, never],
    hasRecall: true,
    needs: Array.from({ length: 100 }, (_, index) => `n${index}`),
    objectiveMs: 100_000,
  });
}

describe('a rung of the load ladder', () => {
  it('measures floor, A/A and A/B, and takes recall from the timed requests, errors as 0', async () => {
    const rung = await rungOf({}, { errorEvery: 3 });
    const [incumbent, candidate] = rung.sides;
    expect(incumbent.tally).toMatchObject({ scheduled: 80, balanced: true });
    expect(incumbent.tally.counts.ok).toBe(80);
    expect(incumbent.recall).toBe(1);
    const { counts } = candidate.tally;
    expect(counts.http).toBeGreaterThan(15);
    expect(counts.ok + counts.http).toBe(80);
    expect(candidate.recall).toBeCloseTo(counts.ok / 80, 12);
    expect(rung.ratios.map(({ quantile, exposure }) => `${exposure} ${quantile}`)).toEqual([
      'first 0.5',
      'repeat 0.5',
      'first 0.95',
      'repeat 0.95',
    ]);
    expect(rung.selfRatios.every(({ exposure }) => exposure === 'repeat')).toBe(true);
    expect(rung.floor.tally.balanced).toBe(true);
  });

  it('has no latency and no ratio of a side whose requests failed wholesale, and says how they ended', async () => {
    const rung = await rungOf({}, { errorEvery: 1 });
    const [incumbent, candidate] = rung.sides;
    expect(incumbent.summary?.response.p95Ms).toBeGreaterThan(0);
    expect(candidate.summary).toBeNull();
    expect(candidate.p50ByExposureMs).toEqual({ first: null, repeat: null });
    expect(candidate.failed).toMatchObject({
      okCount: 0,
      scheduled: 80,
      ends: [{ outcome: 'http', count: 80 }],
    });
    expect([rung.ratios, rung.selfRatios]).toEqual([[], []]);
    expect(candidate.recall).toBe(0);
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
    expect(readAnswer(side, body, query('a', ['workers']))).toEqual({
      ids: ['w-1'],
      collections: ['workers'],
      rawScores: [0.1],
    });
    expect(readAnswer(side, Buffer.from('<html>'), query('a', ['workers']))).toBeNull();
  });
});
