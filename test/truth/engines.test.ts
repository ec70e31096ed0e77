import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchError } from '../../src/errors.ts';
import type { ExactInput } from '../../src/truth/engines/exact-engine.ts';
import type { PooledEngine } from '../../src/truth/engines/pool/pooled-engine.ts';
import { adversarialCases } from './adversarial.ts';
import { ENGINES, expectEqual, lists, narrow, oracle, parted, usual } from './engine-oracle.ts';
import { clustered, numbered, seeded, table } from './naive.ts';

/** Rows that differ by less than any filter can see, among others: lists are decided in float64 alone. */
function nearTies(seed: number, dimension: number) {
  const random = seeded(seed);
  const base = Array.from({ length: dimension }, () => random() - 0.5);
  const near = Array.from({ length: 900 }, (_, i) =>
    base.map((value, t) => (t === i % dimension ? value + 1e-5 * random() : value)),
  );
  return {
    documents: numbered([...near, ...clustered(random, 700, dimension, 9)], dimension),
    queries: numbered([base, ...clustered(random, 6, dimension, 9)], dimension),
  };
}

describe.each(ENGINES)('%s engine', (name, create) => {
  const engines = [create(usual), create(narrow), create(parted)];
  const [wide, small] = engines as [PooledEngine, PooledEngine, PooledEngine];
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  it('equals the float64 oracle to the bit on adversarial data', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(40), async (input) => {
        for (const engine of engines) await expectEqual(engine, input);
      }),
      // Many more in engines.slow.test.ts.
      { numRuns: 30 },
    );
  });

  it('equals the oracle where many blocks, queries and filters meet', async () => {
    const random = seeded(3);
    const rows = clustered(random, 1500, 33, 12);
    const documents = numbered(rows, 33);
    const queries = numbered(clustered(seeded(4), 41, 33, 12), 33);
    const tenth = Uint8Array.from(rows, () => (random() < 0.1 ? 1 : 0));
    const none = new Uint8Array(rows.length);
    const allowed = (query: number) => [null, tenth, none][query % 3] ?? null;
    for (const engine of engines) {
      for (const kPrime of [1, 10, 200, 1499, 5000]) {
        await expectEqual(engine, { documents, queries, kPrime, allowed });
      }
    }
  });

  it('equals the oracle where near ties hide behind the error bound', async () => {
    for (const engine of engines) {
      const { widenedQueries } = await expectEqual(engine, { ...nearTies(5, 48), kPrime: 10 });
      // The integer engines score every row the bound cannot exclude and have nothing to widen.
      expect(widenedQueries > 0).toBe(name === 'float32');
    }
  });

  it.each([1, 2, 3, 15, 17, 767, 4095, 4096])('equals the oracle at %i dimensions', async (d) => {
    const random = seeded(d);
    const make = (n: number) =>
      Array.from({ length: n }, () => Array.from({ length: d }, () => random() - 0.5));
    const documents = numbered(make(90), d);
    await expectEqual(small, { documents, queries: numbered(make(5), d), kPrime: 4 });
  });

  it('equals the oracle when one row is far longer than the rest, and when one entry is', async () => {
    const random = seeded(12);
    const rows = clustered(random, 300, 64, 5);
    rows[7] = (rows[7] ?? []).map((value) => value * 1e30);
    rows[8] = (rows[8] ?? []).map((value, t) => (t === 3 ? 1e30 : value));
    rows[9] = (rows[9] ?? []).map((value) => value * 1e-30);
    rows[10] = (rows[10] ?? []).map((value) => value * 1e-43);
    const queries = numbered([...rows.slice(5, 13), ...clustered(random, 4, 64, 5)], 64);
    for (const engine of engines) {
      await expectEqual(engine, { documents: numbered(rows, 64), queries, kPrime: 6 });
    }
  });

  it('equals the oracle when rows come worst first, so that every block raises the threshold', async () => {
    const random = seeded(13);
    const query = Array.from({ length: 32 }, () => random() - 0.5);
    const rows = Array.from({ length: 700 }, (_, i) =>
      query.map((value) => value + (3 - i / 300) * (random() - 0.5)),
    );
    for (const engine of engines) {
      await expectEqual(engine, {
        documents: numbered(rows, 32),
        queries: numbered([query], 32),
        kPrime: 10,
      });
    }
  });

  it('passes in rounds over a corpus that does not fit its threads, to the same lists', async () => {
    const documents = numbered(clustered(seeded(14), 640, 24, 8), 24);
    const queries = numbered(clustered(seeded(15), 9, 24, 8), 24);
    const rounds = create({ ...narrow, maxValuesPerShard: 24 * 50 });
    await expectEqual(rounds, { documents, queries, kPrime: 12 });
    await rounds.close();
  });

  it('answers from a corpus made ready once, with filters, until it is closed', async () => {
    const documents = numbered(clustered(seeded(16), 500, 20, 6), 20);
    const half = Uint8Array.from(documents.ids, (_, row) => row % 2);
    const index = await small.open(documents);
    for (const seed of [1, 2]) {
      const queries = numbered(clustered(seeded(seed), 7, 20, 6), 20);
      const allowed = (query: number) => (query % 2 === 0 ? half : null);
      const found = await index.topK({ queries, kPrime: 5, allowed });
      const expected = await oracle.topK({ documents, queries, kPrime: 5, allowed });
      expect(lists(found)).toEqual(lists(expected));
    }
    await index.close();
    const late = index.topK({ queries: numbered(clustered(seeded(1), 1, 20, 6), 20), kPrime: 1 });
    await expect(late).rejects.toMatchObject({ code: `truth.${name}` });
  });

  it('reads values in shared memory where they lie', async () => {
    const plain = numbered(clustered(seeded(17), 60, 12, 4), 12);
    const values = new Float32Array(new SharedArrayBuffer(plain.values.byteLength));
    values.set(plain.values);
    const queries = numbered(clustered(seeded(18), 3, 12, 4), 12);
    await expectEqual(wide, { documents: { ...plain, values }, queries, kPrime: 4 });
  });

  it('equals the oracle without documents, without queries, with one, and of zero rows', async () => {
    const empty = { ids: [], dimension: 3, values: new Float32Array(0) };
    const q = table({ q: [1, 2, 3] });
    const zeros = table({ a: [0, 0, 0], b: [0, -0, 0] });
    for (const engine of engines) {
      await expectEqual(engine, { documents: empty, queries: q, kPrime: 5 });
      await expectEqual(engine, { documents: q, queries: empty, kPrime: 5 });
      await expectEqual(engine, { documents: q, queries: q, kPrime: 5 });
      await expectEqual(engine, { documents: zeros, queries: q, kPrime: 5 });
      await expectEqual(engine, { documents: q, queries: zeros, kPrime: 5 });
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses a row with %s and names it, among documents and among queries, and works on',
    async (bad) => {
      const good = table({ 'c/ok': [1, 2, 3], 'c/fine': [1, 0, 3], 'c/too': [0, 0, 1] });
      const wrong = table({ 'c/ok': [1, 2, 3], 'c/fine': [1, 0, 3], 'c/bad': [1, bad, 3] });
      for (const engine of engines) {
        for (const input of [
          { documents: wrong, queries: good },
          { documents: good, queries: wrong },
        ]) {
          const error = await engine.topK({ ...input, kPrime: 1 }).catch((thrown) => thrown);
          expect(error).toMatchObject({ code: 'truth.non-finite' });
          expect((error as BenchError).message).toContain('"c/bad"');
        }
        await expectEqual(engine, { documents: good, queries: good, kPrime: 1 });
      }
    },
  );

  it('refuses duplicate keys, torn tables, mixed dimensions, wrong maps and k′ below 1', async () => {
    const q = table({ q: [1, 0] });
    const torn = { ids: ['a'], dimension: 2, values: new Float32Array(3) };
    const twice = { ids: ['a', 'a'], dimension: 2, values: Float32Array.of(1, 0, 0, 1) };
    const refused = (input: ExactInput, code: string) =>
      expect(wide.topK(input)).rejects.toMatchObject({ code });
    await refused({ documents: twice, queries: q, kPrime: 1 }, 'truth.duplicate-key');
    await refused({ documents: torn, queries: q, kPrime: 1 }, 'truth.shape');
    await refused({ documents: table({ a: [1] }), queries: q, kPrime: 1 }, 'truth.dimension');
    await refused({ documents: q, queries: q, kPrime: 0 }, 'truth.k');
    const allowed = () => new Uint8Array(2);
    await refused({ documents: q, queries: q, kPrime: 1, allowed }, 'truth.bitmap');
  });

  it('answers several searches at once, each its own', async () => {
    const documents = numbered(clustered(seeded(8), 200, 8, 5), 8);
    const ask = (seed: number) =>
      expectEqual(small, {
        documents,
        queries: numbered(clustered(seeded(seed), 4, 8, 5), 8),
        kPrime: 3,
      });
    await Promise.all([ask(1), ask(2), ask(3)]);
  });

  it('ends with the reason of its signal, and can be asked again', async () => {
    const engine = create(usual);
    const documents = numbered(clustered(seeded(9), 3000, 32, 5), 32);
    const queries = numbered(clustered(seeded(10), 300, 32, 5), 32);
    await engine.ready();
    const abort = new AbortController();
    const search = engine.topK({ documents, queries, kPrime: 3, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 1);
    await expect(search).rejects.toThrow('enough');
    await expectEqual(engine, { documents, queries: numbered([], 32), kPrime: 3 });
    await engine.close();
  });

  it('tells of its progress, rising to 1, and leaves the event loop free', async () => {
    const engine = create({ ...usual, rowsPerBlock: 256 });
    const documents = numbered(clustered(seeded(19), 4000, 64, 5), 64);
    const queries = numbered(clustered(seeded(20), 400, 64, 5), 64);
    const shares: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await engine.topK({ documents, queries, kPrime: 3, onProgress: (share) => shares.push(share) });
    clearInterval(timer);
    await engine.close();
    expect(shares.length).toBeGreaterThan(2);
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(turns).toBeGreaterThan(2);
  });
});
