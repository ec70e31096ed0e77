import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../src/corpus/types.ts';
import { exactTopK } from '../../src/truth/exact.ts';
import { type LintInput, lintTruth } from '../../src/truth/lint/lint.ts';
import { table } from './naive.ts';

const none = { documents: [], k: 2 } satisfies LintInput;

function found(input: LintInput, check: string) {
  return lintTruth(input).findings.filter((finding) => finding.check === check);
}

function corpusOf(texts: Readonly<Record<string, string>>, asked: readonly string[]) {
  return {
    collections: [
      {
        name: 'c',
        documents: Object.entries(texts).map(([id, text]) => ({ id, text, metadata: {} })),
      },
    ],
    queries: asked.map((text, i) => ({
      id: `q-${i}`,
      need: `n-${i}`,
      text,
      slices: [],
      collections: ['c'],
    })),
  } satisfies Pick<Corpus, 'collections' | 'queries'>;
}

describe('truth linter', () => {
  it('finds nothing in clean data, and nothing in no data', async () => {
    const documents = table({ 'c/a': [1, 0], 'c/b': [0, 1], 'c/d': [1, 2] });
    const queries = table({ q: [2, 1] });
    const { lists: truth } = await exactTopK({ documents, queries, kPrime: 2 });
    const report = lintTruth({ documents: [documents], queries, truth, queryIds: ['q'], k: 2 });
    expect(report.findings).toEqual([]);
    expect(report.attainable).toEqual({ tieAware: 1, idBased: 1, n: 1, undefinedCount: 0 });
    expect(lintTruth(none)).toEqual({
      findings: [],
      attainable: { tieAware: null, idBased: null, n: 0, undefinedCount: 0 },
    });
  });

  it('says how many queries repeat a text, and whether they are one need', () => {
    const corpus = corpusOf({ a: 'x' }, ['one', 'One ', 'two', 'one', 'two']);
    expect(found({ ...none, corpus }, 'repeated-query')).toEqual([
      {
        check: 'repeated-query',
        severity: 'warning',
        count: 3,
        examples: ['q-1 = q-0', 'q-3 = q-0', 'q-4 = q-2'],
        message: '3 queries repeat the text of another and are needs of their own',
      },
    ]);
    const together = corpus.queries.map((query) => ({ ...query, need: 'n' }));
    expect(
      found({ ...none, corpus: { ...corpus, queries: together } }, 'repeated-query'),
    ).toMatchObject([{ severity: 'info', count: 3 }]);
  });

  it('takes nothing for equal texts where there are none', () => {
    const textless = { text: '', textless: true } as const;
    const corpus = corpusOf({ a: '', b: '' }, ['', '']);
    const of = {
      collections: corpus.collections.map((one) => ({
        ...one,
        documents: one.documents.map((document) => ({ ...document, ...textless })),
      })),
      queries: corpus.queries.map((query) => ({ ...query, ...textless })),
    };
    expect(lintTruth({ ...none, corpus: of }).findings).toEqual([]);
  });

  it('names ids that occur twice, in the vectors or in the corpus', () => {
    const documents = { ids: ['c/a', 'c/a'], dimension: 1, values: Float32Array.of(1, 2) };
    expect(found({ ...none, documents: [documents] }, 'duplicate-id')).toMatchObject([
      { severity: 'error', count: 1, examples: ['c/a'] },
    ]);
    const corpus = corpusOf({ a: 'x' }, []);
    const [collection] = corpus.collections;
    const twice = {
      ...corpus,
      collections: [...corpus.collections, ...(collection ? [collection] : [])],
    };
    expect(found({ ...none, corpus: twice }, 'duplicate-id')).toMatchObject([
      { examples: ['c/a'] },
    ]);
  });

  it('groups documents whose vectors are equal byte for byte, across tables', () => {
    const one = table({ 'c/a': [1, 0], 'c/b': [2, 0], 'c/e': [1, 0] });
    const two = table({ 'd/a': [2, 0], 'd/b': [1, 0], 'd/z': [0, 0], 'd/y': [0, -0] });
    expect(found({ ...none, documents: [one, two] }, 'duplicate-vector')).toMatchObject([
      { severity: 'warning', count: 2, examples: ['c/a = c/e = d/b', 'c/b = d/a'] },
    ]);
  });

  it('names zero and non-finite vectors instead of throwing', () => {
    const documents = table({ z: [0, 0], n: [Number.NaN, 1], i: [1, Number.POSITIVE_INFINITY] });
    const input = { ...none, documents: [documents], queries: table({ q: [0, 0] }) };
    expect(found(input, 'zero-vector').map(({ examples }) => examples)).toEqual([['z'], ['q']]);
    expect(found(input, 'non-finite-vector')).toMatchObject([
      { severity: 'error', count: 2, examples: ['n', 'i'] },
    ]);
  });

  it('sees mixed dimensions and torn tables', () => {
    const torn = { ids: ['t'], dimension: 2, values: new Float32Array(3) };
    const documents = [table({ a: [1, 0] }), table({ b: [1, 0, 0] }), torn];
    expect(found({ ...none, documents }, 'mixed-dimensions')).toMatchObject([
      { severity: 'error', examples: ['2', '3'] },
      { severity: 'error', examples: ['3 values for 1 × 2'] },
    ]);
  });

  it('counts queries with fewer than k documents, and those with none', async () => {
    const documents = table({ a: [1, 0], b: [0, 1], c: [1, 1] });
    const queries = table({ wide: [1, 3], narrow: [1, 3], nothing: [1, 3] });
    const { lists: truth } = await exactTopK({
      documents,
      queries,
      kPrime: 2,
      allowed: (query) => [null, Uint8Array.of(1, 0, 0), new Uint8Array(3)][query] ?? null,
    });
    const input = { documents: [documents], queries, truth, queryIds: queries.ids, k: 2 };
    expect(found(input, 'narrow-query')).toMatchObject([
      { severity: 'info', count: 2, examples: ['narrow (1)', 'nothing (0)'] },
    ]);
    expect(lintTruth(input).attainable).toEqual({
      tieAware: 1,
      idBased: 1,
      n: 2,
      undefinedCount: 1,
    });
  });

  it('finds queries that are documents, by text and by vector, once each', async () => {
    const documents = table({ 'c/a': [1, 2], 'c/b': [3, -1] });
    const queries = table({ 'q-0': [2, 4], 'q-1': [1, 0], 'q-2': [0, 1] });
    const { lists: truth } = await exactTopK({ documents, queries, kPrime: 2 });
    const corpus = corpusOf({ a: 'alpha', b: 'beta' }, ['alpha', 'beta', 'gamma']);
    const input = { documents: [documents], queries, corpus, truth, queryIds: queries.ids, k: 2 };
    expect(found(input, 'query-is-document')).toMatchObject([
      { severity: 'warning', count: 2, examples: ['q-0 = c/a', 'q-1 = c/b'] },
    ]);
  });

  it('names files whose hash is not the promised one', () => {
    const hashes = [
      { name: 'queries', expected: 'aa', actual: 'aa' },
      { name: 'documents', expected: 'aa', actual: 'bb' },
    ];
    expect(found({ ...none, hashes }, 'hash-mismatch')).toMatchObject([
      { severity: 'error', count: 1, examples: ['documents: expected aa, found bb'] },
    ]);
  });

  it('gives the recall by ids that a blind tie-break can expect: (1 + 1·1/3) / 2 for a pair of three', async () => {
    const documents = table({ a: [1, 0], b: [1, 1], c: [2, 2], d: [4, 4] });
    const queries = table({ q: [4, 1] });
    const { lists: truth } = await exactTopK({ documents, queries, kPrime: 2 });
    const input = { documents: [documents], queries, truth, queryIds: ['q'], k: 2 };
    expect(lintTruth(input).attainable.idBased).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(found(input, 'tie-at-k')).toMatchObject([{ count: 1, examples: ['q'] }]);
  });

  it('gives at most five examples and the whole count', () => {
    const documents = table(
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`z${i}`, [0]])),
    );
    const [finding] = found({ ...none, documents: [documents] }, 'zero-vector');
    expect(finding?.count).toBe(9);
    expect(finding?.examples).toHaveLength(5);
  });
});
