import { describe, expect, it } from 'vitest';
import { load } from '../../src/load/job/load.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { type StubQuirks, stubGateway } from '../support/stub-gateway.ts';
import { notes, STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

type Changes = Parameters<typeof stubConfig>[2];

/** The main job on two gateways with the same quirks, or a sound incumbent. */
async function compare(
  quirks: { readonly incumbent?: StubQuirks; readonly candidate?: StubQuirks },
  { documents = STUB_DOCUMENTS, changes = {} as Changes } = {},
) {
  const incumbent = await stubGateway(documents, quirks.incumbent);
  const candidate = await stubGateway(documents, quirks.candidate);
  const urls = { incumbent: incumbent.url, candidate: candidate.url };
  const config = await stubConfig(documents, urls, changes);
  const progress = notes();
  const result = await retrieve(config, { progress });
  if (result.verdict === null) throw new Error('interrupted');
  const failed = result.verdict.gates.filter(({ state }) => state === 'fail');
  return { result, failed, lines: progress.lines, incumbent, candidate };
}

describe('the main job on backends with limits of their own', () => {
  it('needs no search where only retrieve is compared', async () => {
    const { failed, candidate } = await compare(
      { incumbent: { hasNoSearch: true }, candidate: { hasNoSearch: true } },
      { changes: { operations: ['retrieve'] } },
    );
    expect(failed).toEqual([]);
    expect(candidate.received.some(({ path }) => path === '/vectors/search')).toBe(false);
  });

  it('adapts to an embedder of 16 texts a request', async () => {
    const { result, failed } = await compare({
      incumbent: { maxTexts: 16 },
      candidate: { maxTexts: 16 },
    });
    expect(failed).toEqual([]);
    expect(result.findings?.embedding.missing).toEqual({ incumbent: 0, candidate: 0 });
  });

  it.each([
    ['refused', { refusesBlank: true }],
    ['given a zero vector', {}],
  ])('goes on without a blank document that is %s, and says so', async (what, quirks) => {
    const documents = [...STUB_DOCUMENTS, { id: 'd-blank', text: ' ' }];
    const { failed, lines } = await compare(
      { incumbent: quirks, candidate: quirks },
      { documents },
    );
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.stringContaining('1 document without a vector'));
    const named = lines.filter((line) => line.includes('stock/d-blank'));
    expect(named).toHaveLength(what === 'refused' ? 1 : 0);
  });

  it('waits where a side throttles, so that no request fails', async () => {
    const { result, failed, lines } = await compare({
      candidate: { throttleEvery: 25, retryAfter: 0 },
    });
    expect(failed).toEqual([]);
    expect(result.findings?.errors.candidateFailed).toBe(0);
    expect(lines).toContainEqual(
      expect.stringMatching(/^candidate throttled \d+ requests; waited/),
    );
  });

  it('leaves documents out of the census that are longer than a query may be', async () => {
    const documents = STUB_DOCUMENTS.map(({ id, text }, at) => ({
      id,
      text: at % 20 === 0 ? `${text} ${'and more '.repeat(20)}` : text,
    }));
    const quirks = { maxQueryLength: 100 };
    const { result, failed, lines } = await compare(
      { incumbent: quirks, candidate: quirks },
      { documents },
    );
    expect(failed).toEqual([]);
    expect(result.findings?.census.map(({ asked, failed: lost }) => [asked, lost])).toEqual([
      [57, 0],
      [57, 0],
    ]);
    expect(lines).toContainEqual(
      'candidate: 3 documents are longer than the queries it takes, and are left out of the census',
    );
  });

  it('names queries that a side cannot express beforehand, and in the verdict', async () => {
    const { retrieve: route, ...rest } = rustLakehouse();
    const dialect = {
      ...rest,
      ...(route === undefined ? {} : { retrieve: route }),
      takes: {
        queries: {
          search: { text: false, vector: true, filter: false, severalCollections: false },
        },
      },
    };
    const stub = await stubGateway(STUB_DOCUMENTS);
    const config = await stubConfig(
      STUB_DOCUMENTS,
      { incumbent: stub.url, candidate: stub.url },
      { candidate: { url: stub.url, dialect } },
    );
    await expect(retrieve(config)).rejects.toThrow(
      /^search: none of 20 queries can be asked: candidate .*: \/vectors\/search takes a vector, not text$/,
    );
    expect(stub.received).toEqual([]);
  });
});

describe('a load', () => {
  const PLAN = {
    // Warming up takes a thousand requests.
    rates: [500],
    pairCount: 1,
    requestsPerBlock: 20,
    discardPerBlock: 2,
    // Precise pacing spins, and the gateway is in this process.
    pace: 'eco' as const,
    recall: false,
  };

  async function loaded(quirks: StubQuirks, plan: object, changes: Changes = {}) {
    const stub = await stubGateway(STUB_DOCUMENTS, quirks);
    const urls = { incumbent: stub.url, candidate: stub.url };
    const config = await stubConfig(STUB_DOCUMENTS, urls, changes);
    return { stub, done: load(config, { plan: { ...PLAN, ...plan } }) };
  }

  it('of search needs no retrieve, and sends what retrieve sends, to the header', async () => {
    const { stub, done } = await loaded(
      // Texts that nobody asked before end in a large number.
      { hasNoRetrieve: true, needsAgent: true, failsOn: (text) => /\d{5,}$/.test(text) },
      { operation: 'search', recall: true },
    );
    const result = await done;
    const tally = result.verdict === null ? null : result.findings.rungs[0]?.sides[1].tally;
    expect(tally?.counts.ok).toBe(tally?.scheduled);
    expect(stub.received.some(({ path }) => path === '/vectors/hybrid')).toBe(false);
    // An embedder that fails at the very end takes nothing with it.
    const nonces = result.verdict === null ? [] : result.findings.nonces;
    expect(nonces.map(({ answered, recall }) => [answered, recall])).toEqual([
      [3, null],
      [3, null],
    ]);
    const names = stub.received
      .filter(({ path }) => path === '/vectors/search')
      .map(({ headers }) => Object.keys(headers).join());
    expect(new Set(names).size).toBe(1);
  });

  it.each([
    [{ rates: [50] }, 'and 50 requests/s'],
    [{ rates: null }, 'the rates follow from how much the backends take'],
  ])('above the pace of a side is refused before anything is sent', async (plan, message) => {
    const side = { url: 'http://127.0.0.1:1', dialect: 'rust-lakehouse' };
    const { stub, done } = await loaded({}, plan, { candidate: { ...side, pace: 20 } });
    await expect(done).rejects.toThrow(message);
    expect(stub.received).toEqual([]);
  });
});
