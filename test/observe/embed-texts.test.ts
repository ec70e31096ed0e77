import { describe, expect, it } from 'vitest';
import { embedTexts, withoutFew } from '../../src/observe/embed-texts.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { type StubGateway, type StubQuirks, stubGateway } from '../support/stub-gateway.ts';
import { connect } from '../wire/loopback.ts';

const texts = (count: number, blankAt: readonly number[] = []) =>
  Array.from({ length: count }, (_, at) => ({
    id: `d-${at}`,
    text: blankAt.includes(at) ? ' ' : `text number ${at}`,
  }));

interface EmbedTest {
  readonly blankAt?: readonly number[];
  readonly backend?: Partial<Backend>;
  readonly given?: readonly { readonly id: string; readonly text: string }[];
}

async function embed(count: number, quirks: StubQuirks, options: EmbedTest = {}) {
  const stub = await stubGateway([], quirks);
  const backend = { ...connect({ url: stub.url, dialect: rustLakehouse() }), ...options.backend };
  const ticks: number[] = [];
  const given = options.given ?? texts(count, options.blankAt);
  const embedded = await embedTexts(backend, 'incumbent', given, {
    kind: 'document',
    model: null,
    signal: new AbortController().signal,
    progress: { stage: () => {}, note: () => {}, remark: () => {}, tick: (n) => ticks.push(n) },
  });
  return { embedded, sizes: sizesOf(stub), ticks: ticks.reduce((sum, n) => sum + n, 0) };
}

function sizesOf({ received }: StubGateway): number[] {
  return received.map(({ body }) => (body.texts as string[]).length);
}

describe('embedding', () => {
  it('asks for 64 texts at once, and keeps their order', async () => {
    const { embedded, sizes, ticks } = await embed(150, {});
    expect(sizes.toSorted((a, b) => a - b)).toEqual([22, 64, 64]);
    expect(embedded.table.ids).toEqual(texts(150).map(({ id }) => id));
    expect(embedded).toMatchObject({ failed: [], cut: 0 });
    expect(ticks).toBe(3);
  });

  it('halves a batch that is too large, and does not try that size again', async () => {
    const { embedded, sizes, ticks } = await embed(640, { maxTexts: 32 });
    expect(embedded.table.ids).toHaveLength(640);
    expect(embedded.failed).toEqual([]);
    // Two batches are under way when the limit is learned.
    expect(sizes.filter((size) => size > 32).length).toBeLessThanOrEqual(2);
    expect(ticks).toBe(10);
  });

  it('sends no more than a limit that the backend declares, from the first request on', async () => {
    const limits = { maxTexts: 10, maxTextLength: 6 };
    const { capabilities } = connect({ url: 'http://127.0.0.1:1', dialect: rustLakehouse() });
    const { embedded, sizes } = await embed(
      25,
      {},
      { backend: { capabilities: { ...capabilities, embed: limits } } },
    );
    expect(Math.max(...sizes)).toBe(10);
    expect(embedded.cut).toBe(25);
  });

  it('names a text that is refused alone, and goes on with the others', async () => {
    const { embedded, sizes } = await embed(300, { refusesBlank: true }, { blankAt: [64, 200] });
    expect(embedded.failed).toEqual(
      [64, 200].map((at) => ({
        id: `d-${at}`,
        detail: 'http: HTTP 400: input must not be empty',
        isRefused: true,
        isBlank: true,
      })),
    );
    expect(embedded.table.ids).toHaveLength(298);
    expect(embedded.table.ids).not.toContain('d-64');
    expect(sizes.length).toBeLessThan(40);
    expect(withoutFew(embedded, 300, 'here').map(({ id }) => id)).toEqual(['d-64', 'd-200']);
  });

  it('finds a text that is refused within a limit on the size', async () => {
    const { embedded } = await embed(200, { refusesBlank: true, maxTexts: 16 }, { blankAt: [130] });
    expect(embedded.failed.map(({ id }) => id)).toEqual(['d-130']);
    expect(embedded.table.ids).toHaveLength(199);
  });

  it('does not ask a backend for each text that refuses them all', async () => {
    const { embedded, sizes } = await embed(1000, { maxTexts: 0 });
    expect(embedded.table.ids).toEqual([]);
    expect(embedded.failed).toHaveLength(1000);
    expect(sizes.length).toBeLessThan(300);
    expect(() => withoutFew(embedded, 1000, 'here')).toThrow(
      /^here: no embedding of d-\d+, and of 999 others: http: HTTP 413: at most 0 texts$/,
    );
  });

  it('does not go on without more than a hundredth', async () => {
    const failsOn = (text: string) => /number [35]$/.test(text);
    const { embedded } = await embed(100, { failsOn });
    expect(() => withoutFew(embedded, 100, 'here')).toThrow('no embedding of d-3, and of 1 other');
  });

  it('goes on without any number of blank texts, which have no defined truth', async () => {
    const { embedded } = await embed(100, { refusesBlank: true }, { blankAt: [3, 5, 70] });
    expect(withoutFew(embedded, 100, 'here').map(({ id }) => id)).toEqual(['d-3', 'd-5', 'd-70']);
  });

  it('names the text that breaks the embedder, and not the batch that it was in', async () => {
    const { embedded } = await embed(130, { failsOn: (text) => text.endsWith('number 77') });
    expect(withoutFew(embedded, 130, 'here')).toMatchObject([
      { id: 'd-77', detail: 'http: HTTP 500: out of memory' },
    ]);
    expect(embedded.table.ids).toHaveLength(129);
  });

  const words = (count: number) =>
    Array.from({ length: count }, (_, at) => `word${at % 10}`).join(' ');
  /** Every third text has so many words, the others have eight. */
  const mixed = (count: number, long: number) =>
    Array.from({ length: count }, (_, at) => ({
      id: `d-${at}`,
      text: `${at} ${words(at % 3 === 0 ? long + (at % 7) : 8)}`,
    }));

  it('finds the length that an embedder takes without declaring it, and cuts to that', async () => {
    const given = mixed(150, 60);
    const { embedded } = await embed(150, { maxEmbedLength: 120 }, { given });
    expect(embedded.failed).toEqual([]);
    expect(embedded.table.ids).toEqual(given.map(({ id }) => id));
    expect(embedded.cut).toBe(50);
  });

  it('does so where it takes none of the texts whole', async () => {
    const given = mixed(150, 60).map(({ id, text }) => ({ id, text: `${text} ${words(60)}` }));
    const { embedded } = await embed(150, { maxEmbedLength: 120 }, { given });
    expect(embedded).toMatchObject({ failed: [], cut: 150 });
  });

  it('does so where it counts words and breaks', async () => {
    const given = mixed(150, 60);
    const failsOn = (text: string) => text.split(' ').length > 20;
    const { embedded } = await embed(150, { failsOn }, { given });
    expect(embedded).toMatchObject({ failed: [], cut: 50 });
  });

  it('does not cut a text that is refused for something else, however long it is', async () => {
    const given = mixed(150, 60).map((entry, at) =>
      at === 75 ? { ...entry, text: `${words(200)} poison` } : entry,
    );
    const { embedded } = await embed(
      150,
      { failsOn: (text) => text.includes('poison') },
      { given },
    );
    expect(embedded.cut).toBe(0);
    expect(embedded.failed.map(({ id }) => id)).toEqual(['d-75']);
  });

  it('does not cut texts that are all refused for how they end', async () => {
    const given = mixed(150, 60).map((entry) => ({ ...entry, text: `${entry.text} poison` }));
    const failsOn = (text: string) => text.endsWith('poison');
    const { embedded } = await embed(150, { failsOn }, { given });
    expect(embedded.cut).toBe(0);
    expect(embedded.failed).toHaveLength(150);
  });

  it('halves a batch of which some texts have no vector in the answer', async () => {
    const { embedded } = await embed(150, { maxVectors: 16 });
    expect(embedded.failed).toEqual([]);
    expect(embedded.table.ids).toHaveLength(150);
  });

  it('asks again what fails now and then', async () => {
    const { embedded } = await embed(150, { embedFails: (request) => request % 4 === 1 });
    expect(embedded.failed).toEqual([]);
    expect(embedded.table.ids).toHaveLength(150);
  });

  it('counts a text that is cut once, though its batch was asked in parts', async () => {
    const { capabilities } = connect({ url: 'http://127.0.0.1:1', dialect: rustLakehouse() });
    const limits = { maxTexts: null, maxTextLength: 6 };
    const { embedded } = await embed(
      40,
      { maxTexts: 8 },
      { backend: { capabilities: { ...capabilities, embed: limits } } },
    );
    expect(embedded).toMatchObject({ failed: [], cut: 40 });
  });
});
