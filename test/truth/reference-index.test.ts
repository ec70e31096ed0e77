import { describe, expect, it } from 'vitest';
import type { BenchError } from '../../src/errors.ts';
import { exactTopK } from '../../src/truth/exact.ts';
import { auditReferenceIndex } from '../../src/truth/reference/audit.ts';
import { clustered, numbered, seeded, table } from './naive.ts';

async function audit(rows: readonly (readonly number[])[], asked: number, k: number, M = 16) {
  const dimension = rows[0]?.length ?? 4;
  const documents = numbered(rows, dimension);
  const random = seeded(99);
  const queries = numbered(
    rows.slice(0, asked).map((row) => row.map((value) => value + 0.3 * (random() - 0.5))),
    dimension,
  );
  const { lists } = await exactTopK({ documents, queries, kPrime: k });
  return auditReferenceIndex({ documents, queries, truth: lists, k, M });
}

describe('reference index', () => {
  it('reaches recall 0.999 at some efSearch on clustered rows, and repeats itself', async () => {
    const rows = clustered(seeded(1), 1500, 24, 40);
    const first = await audit(rows, 120, 10, 6);
    expect(first).toMatchObject({
      count: 1500,
      dimension: 24,
      k: 10,
      M: 6,
      efConstruction: 200,
      seed: 100,
    });
    expect(first.curve.map(({ efSearch }) => efSearch)).toEqual([10, 16, 32, 64, 128, 256, 512]);
    expect(first.efSearchFor999).not.toBeNull();
    const good = first.curve.find(({ efSearch }) => efSearch === first.efSearchFor999);
    expect(good?.recall).toBeGreaterThanOrEqual(0.999);
    expect(good?.n).toBe(120);
    expect((await audit(rows, 120, 10, 6)).curve).toEqual(first.curve);
  });

  it('loses no recall to exact duplicates in the tie-aware form', async () => {
    const row = [1, 2, 3, 4];
    const rows = [...Array.from({ length: 40 }, () => row), [4, 3, 2, 1], [0, 0, 0, 1]];
    const { curve } = await audit(rows, 1, 5);
    expect(curve.at(-1)?.recall).toBe(1);
  });

  it('does not ask for more neighbours than it has rows', async () => {
    const one = await audit([[1, 2, 3]], 1, 10);
    expect(one).toMatchObject({
      count: 1,
      curve: [{ efSearch: 1, recall: 1, idRecall: 1, n: 1 }],
      efSearchFor999: 1,
    });
    const rows = Array.from({ length: 7 }, (_, i) => [Math.cos(i), Math.sin(i), 0.5]);
    const few = await audit(rows, 7, 10);
    expect(few.curve).toEqual([{ efSearch: 7, recall: 1, idRecall: 1, n: 7 }]);
  });

  it('is empty without rows, and without queries its recall is null', async () => {
    const none = { ids: [], dimension: 2, values: new Float32Array(0) };
    const zero = table({ a: [0, 0] });
    for (const documents of [none, zero]) {
      const result = await auditReferenceIndex({ documents, queries: none, truth: [], k: 3 });
      expect(result).toMatchObject({ count: 0, curve: [], efSearchFor999: null });
    }
    const documents = table({ a: [1, 0], b: [0, 1] });
    const result = await auditReferenceIndex({ documents, queries: none, truth: [], k: 1 });
    expect(result.curve[0]).toEqual({ efSearch: 1, recall: null, idRecall: null, n: 0 });
    expect(result.efSearchFor999).toBeNull();
    expect(result.timings[0]).toEqual({ efSearch: 1, p50Us: null, p95Us: null });
  });

  it('leaves zero queries out of its means', async () => {
    const documents = table({ a: [1, 0], b: [0, 1], z: [0, 0] });
    const queries = table({ zero: [0, 0], one: [1, 0] });
    const { lists: truth } = await exactTopK({ documents, queries, kPrime: 2 });
    const result = await auditReferenceIndex({ documents, queries, truth, k: 2 });
    expect(result.count).toBe(2);
    expect(result.curve).toEqual([{ efSearch: 2, recall: 1, idRecall: 1, n: 1 }]);
  });

  it('indexes magnitudes of 1e30, 1e-30 and denormals by direction', async () => {
    const documents = table({ a: [1e30, 1e30], b: [1e-30, 0], c: [0, 1e-44], d: [-1e38, 1e38] });
    const { lists: truth } = await exactTopK({ documents, queries: documents, kPrime: 2 });
    const result = await auditReferenceIndex({ documents, queries: documents, truth, k: 2 });
    expect(result.curve.at(-1)?.recall).toBe(1);
  });

  it('refuses what would abort the process: bad parameters, NaN rows, unlike dimensions', async () => {
    const documents = table({ a: [1, 0] });
    const queries = table({ q: [1, 0] });
    const { lists: truth } = await exactTopK({ documents, queries, kPrime: 1 });
    const code = (more: object) =>
      auditReferenceIndex({ documents, queries, truth, k: 1, ...more }).then(
        () => 'none',
        (error: BenchError) => error.code,
      );
    expect(await code({ M: 1 })).toBe('truth.reference-index');
    expect(await code({ k: 0 })).toBe('truth.reference-index');
    expect(await code({ efConstruction: 0.5 })).toBe('truth.reference-index');
    expect(await code({ seed: -1 })).toBe('truth.reference-index');
    expect(await code({ truth: [] })).toBe('truth.reference-index');
    expect(await code({ documents: table({ a: [1, Number.NaN] }) })).toBe('truth.non-finite');
    expect(await code({ queries: table({ q: [1, 0, 0] }) })).toBe('truth.dimension');
  });

  it('ends its worker with the reason of the signal', async () => {
    const rows = clustered(seeded(2), 4000, 32, 50);
    const documents = numbered(rows, 32);
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 30);
    const none = { ids: [], dimension: 32, values: new Float32Array(0) };
    await expect(
      auditReferenceIndex({ documents, queries: none, truth: [], k: 5, signal: abort.signal }),
    ).rejects.toThrow('enough');
  });
});
