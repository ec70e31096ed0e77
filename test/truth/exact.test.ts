import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BenchError, UsageError } from '../../src/errors.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { exactScorer, exactTopK } from '../../src/truth/exact.ts';
import { rankKeys } from '../../src/truth/key-order.ts';
import { truthAt } from '../../src/truth/truth-at.ts';
import { adversarialCases } from './adversarial.ts';
import { byBytes, naiveTopK, numbered, seeded, table } from './naive.ts';

const engine = float64Engine();

interface PublishedCase {
  readonly id: string;
  readonly input: {
    readonly ids: readonly string[];
    readonly corpus: readonly (readonly number[])[];
    readonly query: readonly number[];
    readonly k: number;
  };
  readonly expected: {
    readonly ids: readonly string[];
    readonly scores: readonly number[];
    readonly tie_ids_at_k: readonly string[];
    readonly zero_ids: readonly string[];
  };
}

function publishedCases(): readonly PublishedCase[] {
  const file = new URL('../vectors/metrics.json', import.meta.url);
  const { suites } = JSON.parse(readFileSync(file, 'utf8')) as {
    suites: { metric: string; cases: PublishedCase[] }[];
  };
  return suites.find(({ metric }) => metric === 'exact_cosine_topk')?.cases ?? [];
}

describe('exact top-k against the published suite exact_cosine_topk (exact rational arithmetic)', () => {
  const cases = publishedCases();

  it('has the suite', () => expect(cases.length).toBeGreaterThan(40));

  it.each(cases.map((one) => [one.id, one] as const))('%s', async (_, { input, expected }) => {
    const { ids, corpus, query, k } = input;
    const dimension = query.length;
    const result = await exactTopK({
      documents: { ids, dimension, values: Float32Array.from(corpus.flat()) },
      queries: { ids: ['q'], dimension, values: Float32Array.from(query) },
      kPrime: k,
    });
    const [list] = result.lists;
    if (list === undefined) throw new Error('no list');
    expect(list.keys.slice(0, k)).toEqual(expected.ids);
    expected.scores.forEach((score, i) => {
      expect(Math.abs((list.scores[i] ?? 9) - score)).toBeLessThanOrEqual(1e-12);
    });
    const cut = truthAt(list, k);
    const tied = list.keys.slice(cut.strictlyAboveCount, cut.strictlyAboveCount + cut.tiedCount);
    expect([...tied].sort(byBytes)).toEqual([...expected.tie_ids_at_k].sort(byBytes));
    expect(result.zeroDocuments).toEqual(expected.zero_ids);
  });
});

describe('float64 engine', () => {
  it('equals the plain definition to the bit on adversarial data', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(24), async ({ documents, queries, kPrime }) => {
        const { lists } = await engine.topK({ documents, queries, kPrime });
        const plain = lists.map(({ keys, scores }) => ({ keys: [...keys], scores: [...scores] }));
        expect(plain).toEqual(naiveTopK(documents, queries, kPrime));
      }),
      { numRuns: 300 },
    );
  });

  it('equals the plain definition within allowed rows, and counts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        adversarialCases(16),
        fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
        async ({ documents, queries, kPrime }, coins) => {
          const bitmap = Uint8Array.from(documents.ids, (_, row) => (coins[row] ? 1 : 0));
          const { lists } = await engine.topK({
            documents,
            queries,
            kPrime,
            allowed: (query) => (query % 2 === 0 ? bitmap : null),
          });
          const expected = naiveTopK(
            documents,
            queries,
            kPrime,
            (query, row) => query % 2 === 1 || bitmap[row] === 1,
          );
          expect(lists.map(({ keys }) => keys)).toEqual(expected.map(({ keys }) => keys));
          const allowed = bitmap.reduce((sum, byte) => sum + byte, 0);
          lists.forEach(({ allowedCount }, query) => {
            expect(allowedCount).toBe(query % 2 === 0 ? allowed : documents.ids.length);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('works over more rows and queries than one block holds', async () => {
    const random = seeded(7);
    const rows = Array.from({ length: 301 }, () =>
      Array.from({ length: 19 }, () => random() - 0.5),
    );
    const documents = numbered(rows, 19);
    const queries = numbered(rows.slice(0, 37).reverse(), 19);
    const { lists } = await engine.topK({ documents, queries, kPrime: 7 });
    const plain = lists.map(({ keys, scores }) => ({ keys: [...keys], scores: [...scores] }));
    expect(plain).toEqual(naiveTopK(documents, queries, 7));
  });

  it('lists w-10 before w-2 when they tie, since keys are compared by bytes', async () => {
    const documents = table({ 'c/w-2': [1, 1], 'c/w-10': [1, 1], 'c/w-1': [1, 1], 'c/a': [0, 1] });
    const { lists } = await engine.topK({ documents, queries: table({ q: [1, 1] }), kPrime: 2 });
    expect(lists[0]?.keys).toEqual(['c/w-1', 'c/w-10', 'c/w-2']);
  });

  it('does not let a far longer row win: cosine has no length', async () => {
    const documents = table({ long: [1e30, 1e30], near: [1e-30, 0] });
    const { lists } = await engine.topK({ documents, queries: table({ q: [3, 0] }), kPrime: 1 });
    expect(lists[0]?.keys).toEqual(['near']);
    expect(lists[0]?.scores[0]).toBe(1);
  });

  it('gives a zero query an empty list and names it', async () => {
    const documents = table({ a: [1, 0], z: [0, -0] });
    const queries = table({ zero: [0, 0], one: [1, 0] });
    const result = await engine.topK({ documents, queries, kPrime: 3 });
    expect(result.zeroQueries).toEqual(['zero']);
    expect(result.zeroDocuments).toEqual(['z']);
    expect(result.lists[0]).toEqual({ keys: [], scores: new Float64Array(0), allowedCount: 2 });
    expect(result.lists[1]?.keys).toEqual(['a']);
  });

  it('answers without documents, without queries, and with one document', async () => {
    const empty = { ids: [], dimension: 3, values: new Float32Array(0) };
    const q = table({ q: [1, 2, 3] });
    expect((await engine.topK({ documents: empty, queries: q, kPrime: 5 })).lists).toEqual([
      { keys: [], scores: new Float64Array(0), allowedCount: 0 },
    ]);
    expect((await engine.topK({ documents: q, queries: empty, kPrime: 5 })).lists).toEqual([]);
    const { lists } = await engine.topK({ documents: q, queries: q, kPrime: 5 });
    expect(lists[0]?.scores[0]).toBe(1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses a row with %s and names it, among documents and among queries',
    async (bad) => {
      const good = table({ 'c/ok': [1, 2, 3] });
      const wrong = table({ 'c/ok': [1, 2, 3], 'c/bad': [1, bad, 3] });
      for (const input of [
        { documents: wrong, queries: good },
        { documents: good, queries: wrong },
      ]) {
        const error = await engine.topK({ ...input, kPrime: 1 }).catch((thrown) => thrown);
        expect(error).toBeInstanceOf(UsageError);
        expect((error as BenchError).message).toContain('"c/bad"');
        expect((error as BenchError).code).toBe('truth.non-finite');
      }
    },
  );

  it('refuses duplicate keys, torn tables, mixed dimensions, wrong maps and k′ below 1', async () => {
    const q = table({ q: [1, 0] });
    const torn = { ids: ['a'], dimension: 2, values: new Float32Array(3) };
    const twice = { ids: ['a', 'a'], dimension: 2, values: Float32Array.of(1, 0, 0, 1) };
    const code = (input: Parameters<typeof engine.topK>[0]) =>
      engine.topK(input).then(
        () => 'none',
        (error: BenchError) => error.code,
      );
    expect(await code({ documents: twice, queries: q, kPrime: 1 })).toBe('truth.duplicate-key');
    expect(await code({ documents: torn, queries: q, kPrime: 1 })).toBe('truth.shape');
    expect(await code({ documents: table({ a: [1] }), queries: q, kPrime: 1 })).toBe(
      'truth.dimension',
    );
    expect(await code({ documents: q, queries: q, kPrime: 0 })).toBe('truth.k');
    expect(
      await code({ documents: q, queries: q, kPrime: 1, allowed: () => new Uint8Array(2) }),
    ).toBe('truth.bitmap');
  });

  it('stops with the reason of its signal', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    const q = table({ q: [1, 0] });
    await expect(
      engine.topK({ documents: q, queries: q, kPrime: 1, signal: abort.signal }),
    ).rejects.toThrow('enough');
  });
});

describe('exact score of any pair', () => {
  it('is the score of the lists to the bit, in both directions', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(12), async ({ documents, queries }) => {
        const score = exactScorer(documents, queries);
        const swapped = exactScorer(queries, documents);
        const { lists } = await engine.topK({ documents, queries, kPrime: 100 });
        lists.forEach(({ keys, scores }, query) => {
          keys.forEach((key, i) => {
            expect(score(query, key)).toBe(scores[i]);
            const row = documents.ids.indexOf(key);
            expect(swapped(row, queries.ids[query] ?? '')).toBe(scores[i]);
          });
        });
      }),
      { numRuns: 50 },
    );
  });

  it('is null for an unknown key, a zero document, a zero query and a query that is not there', () => {
    const score = exactScorer(table({ a: [1, 0], z: [0, 0] }), table({ q: [2, 0], zero: [0, 0] }));
    expect(score(0, 'a')).toBe(1);
    expect(score(0, 'b')).toBeNull();
    expect(score(0, 'z')).toBeNull();
    expect(score(1, 'a')).toBeNull();
    expect(score(9, 'a')).toBeNull();
  });
});

describe('key order', () => {
  it('is the order of UTF-8 bytes', () => {
    const letters = ['a', '1', '-', 'é', '\ue000', '\uffff', '\u{10000}', '😀', '\u{10ffff}'];
    const key = fc.string({ unit: fc.constantFrom(...letters) });
    fc.assert(
      fc.property(fc.uniqueArray(key), (keys) => {
        const ranks = rankKeys(keys);
        const byRank = [...keys.keys()].sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
        expect(byRank.map((row) => keys[row])).toEqual([...keys].sort(byBytes));
      }),
    );
  });

  it('ranks w-10 before w-2', () => {
    expect([...rankKeys(['w-2', 'w-10', 'w-1'])]).toEqual([2, 1, 0]);
  });
});

describe('the cut of a list at k', () => {
  const list = {
    keys: ['a', 'b', 'c', 'd', 'e'],
    scores: Float64Array.of(0.9, 0.8, 0.8 - 5e-7, 0.8 - 9e-7, 0.5),
    allowedCount: 5,
  };

  it('tells the strictly nearer from the tied', () => {
    expect(truthAt(list, 2)).toEqual({
      keys: ['a', 'b'],
      threshold: 0.8,
      strictlyAboveCount: 1,
      tiedCount: 3,
    });
    expect(truthAt(list, 1)).toMatchObject({ strictlyAboveCount: 0, tiedCount: 1 });
    expect(truthAt(list, 99)).toMatchObject({
      threshold: 0.5,
      strictlyAboveCount: 4,
      tiedCount: 1,
    });
  });

  it('is empty for an empty list', () => {
    expect(truthAt({ keys: [], scores: new Float64Array(0), allowedCount: 0 }, 3)).toEqual({
      keys: [],
      threshold: null,
      strictlyAboveCount: 0,
      tiedCount: 0,
    });
  });

  it('is complete at every k up to k′: no document within ε of the cut is missing', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(16), async ({ documents, queries, kPrime }) => {
        const { lists } = await engine.topK({ documents, queries, kPrime });
        const { lists: full } = await engine.topK({ documents, queries, kPrime: 1000 });
        lists.forEach((short, query) => {
          for (let k = 1; k <= kPrime; k++) {
            const whole = full[query];
            if (whole !== undefined) expect(truthAt(short, k)).toEqual(truthAt(whole, k));
          }
        });
      }),
      { numRuns: 100 },
    );
  });
});
