import { describe, expect, it } from 'vitest';
import type { Collection } from '../../src/corpus/types.ts';
import { UsageError } from '../../src/errors.ts';
import { risingScores } from '../../src/observe/preflight/check-sample.ts';
import { type PreflightOptions, preflight } from '../../src/observe/preflight/preflight.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { type StubQuirks, stubGateway } from '../support/stub-gateway.ts';
import { connect } from '../wire/loopback.ts';

const DOCUMENTS = Array.from({ length: 12 }, (_, at) => ({
  id: `d-${at}`,
  text: `worker ${at} drives lorry ${at % 5} in town ${at % 3}`,
  metadata: {},
}));
const COLLECTION: Collection = { name: 'workers', documents: DOCUMENTS };
const OPTIONS: PreflightOptions = {
  collections: [COLLECTION],
  operations: ['search', 'retrieve'],
  embeds: ['incumbent', 'candidate'],
  k: 5,
  model: null,
  signal: new AbortController().signal,
};

/** A dialect of somebody's own, which is not known to be right. */
const own = (change: Partial<Dialect> = {}): Dialect => ({
  ...rustLakehouse(),
  name: 'mine',
  ...change,
});

async function ask(
  candidate: { readonly quirks?: StubQuirks; readonly dialect?: Dialect },
  options: Partial<PreflightOptions> = {},
) {
  const sound = await stubGateway(DOCUMENTS);
  const other = await stubGateway(DOCUMENTS, candidate.quirks);
  const pair = {
    incumbent: connect({ url: sound.url, dialect: rustLakehouse() }),
    candidate: connect({ url: other.url, dialect: candidate.dialect ?? rustLakehouse() }),
  };
  return { other, done: preflight(pair, { ...OPTIONS, ...options }) };
}

describe('preflight', () => {
  it('asks for what will be measured, and for a document by its own text', async () => {
    const { other, done } = await ask({});
    expect((await done).candidate).toMatchObject({ model: 'stub', dimension: 32 });
    expect(other.received.map(({ path }) => path)).toEqual([
      '/health',
      '/ai/embed',
      '/vectors/search',
      '/vectors/hybrid',
    ]);
    expect(other.received[2]?.body).toMatchObject({ query: DOCUMENTS[0]?.text, top_k: 5 });
  });

  it('asks neither for an operation nor for an embedding that nobody needs', async () => {
    const { other, done } = await ask(
      { quirks: { hasNoSearch: true } },
      { operations: ['retrieve'], embeds: ['incumbent'] },
    );
    expect((await done).candidate).toMatchObject({ model: null, dimension: null });
    expect(other.received.map(({ path }) => path)).toEqual(['/health', '/vectors/hybrid']);
  });

  it('names an operation that the dialect lacks before anything is sent', async () => {
    const { search: _, ...dialect } = rustLakehouse();
    const { other, done } = await ask({ dialect });
    await expect(done).rejects.toThrow(/^candidate http:.* has no search$/);
    await expect(done).rejects.toThrow(UsageError);
    expect(other.received).toEqual([]);
  });

  it('names an operation that the backend lacks', async () => {
    const { done } = await ask({ quirks: { hasNoSearch: true } });
    await expect(done).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(
        /candidate .*\/vectors\/search of collection workers: http 404/,
      ),
    });
  });

  it.each([
    ['has a prefix', (id: string) => `workers/${id}`],
    ['differs in case', (id: string) => id.toUpperCase()],
    ['has a suffix', (id: string) => `${id}#0`],
  ])('names foreign ids, with a guess: %s', async (guess, idOf) => {
    const { done } = await ask({ quirks: { idOf } });
    await expect(done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('has none of the 5 ids that came back'),
      hint: expect.stringContaining(guess),
    });
  });

  it('names a collection that nobody asked', async () => {
    const { search } = rustLakehouse();
    const decode: NonNullable<typeof search>['decode'] = (...reply) => {
      const { hits } = (search as NonNullable<typeof search>).decode(...reply);
      return { hits: hits.map((hit) => ({ ...hit, collection: 'workers_v2' })) };
    };
    const { done } = await ask({ dialect: own({ search: { ...search, decode } as never }) });
    await expect(done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('collection workers name the collection "workers_v2"'),
    });
  });

  it.each([
    [
      'a distance for similarity',
      { quirks: { scoreOf: (cosine: number) => 1 - cosine } },
      'dialect mine hands a distance on as similarity',
    ],
    ['more rows than k', { quirks: { moreRows: 2 } }, 'dialect mine does not hand k on'],
  ])('calls %s a mistake of the dialect', async (_what, { quirks }, message) => {
    const { done } = await ask({ quirks, dialect: own() });
    await expect(done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  it('leaves the same to the contract gate where the dialect is the package’s own', async () => {
    const { done } = await ask({ quirks: { scoreOf: (cosine) => 1 - cosine, moreRows: 1 } });
    await expect(done).resolves.toBeDefined();
  });

  it.each([
    [
      'async functions',
      { search: { ...rustLakehouse().search, decode: async () => ({ hits: [] }) } },
    ],
    [
      'numeric ids',
      {
        search: {
          ...rustLakehouse().search,
          decode: () => ({ hits: [{ id: 7, collection: null, similarity: 1, rawScore: 1 }] }),
        },
      },
    ],
  ])('names %s of a dialect before anything is measured', async (_what, change) => {
    const { done } = await ask({ dialect: own(change as never) });
    await expect(done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('dialect mine'),
    });
  });
});

describe('scores that rise with rank', () => {
  it.each([
    [[0.1, 0.2, 0.3, 0.4], { first: 0.1, last: 0.4 }],
    // A distance: next to nothing for the document itself.
    [[0, 0.61, 0.62, 0.62, 0.63], { first: 0, last: 0.63 }],
    [[0, 0.5, 0.4, 0.9], { first: 0, last: 0.9 }],
    [[0.9, 0.8, 0.7], null],
    [[0.9, 0.9, 0.9], null],
    // One row out of place is no direction.
    [[0.7, 0.9, 0.8, 0.75], null],
    [[0.1, 0.2], null],
    [[], null],
  ])('%j', (similarities, rise) => {
    expect(risingScores(similarities)).toEqual(rise);
  });

  it('tells an answer of another form from no answer of a gateway', async () => {
    const { done } = await ask({ quirks: { idOf: (id) => Number(id.length) as never } });
    await expect(done).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('doc_id: expected string, got number'),
      hint: expect.stringContaining('ids are texts as in the corpus, e.g. String(row.doc_id)'),
    });
  });
});
