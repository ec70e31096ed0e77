import { describe, expect, it } from 'vitest';
import { hnswStore } from '../../bench/experiments/attribution/engines/hnsw-store.ts';
import {
  codedStore,
  integerCode,
  partition,
  plainCode,
  productCode,
} from '../../bench/experiments/attribution/engines/quantised-store.ts';
import { type Asked, recordSide } from '../../bench/experiments/attribution/engines/record-side.ts';
import type { Rows, Store } from '../../bench/experiments/attribution/engines/store.ts';
import { attribute } from '../../src/attribution/attribute.ts';
import type { AttributionFinding, AttributionQuery } from '../../src/attribution/types.ts';
import { randomStream } from '../../src/stats/random.ts';

const DIMENSION = 32;
const DOCUMENTS = 700;
const QUERIES = 100;
const CLUSTERS = 20;

/** Documents in clusters, questions near some of them: what indexes lose rows and digits of. */
const world = clustered();
const rows: Rows = {
  count: DOCUMENTS,
  dimension: DIMENSION,
  values: world.documents.values,
};

async function against(
  candidate: Store,
  by: Partial<Asked> = {},
  incumbent: Store = codedStore(rows, plainCode(rows)),
): Promise<AttributionFinding> {
  const asked = { ...world, ...by };
  const sides = {
    incumbent: await recordSide(incumbent, asked),
    candidate: await recordSide(candidate, asked),
  };
  const { collection, k, list } = asked;
  return attribute({ k, collections: [collection], queries: list, sides, seed: 3 }).finding;
}

/** The exact search of a store that keeps vectors beside the codes of its index. */
const exactly = codedStore(rows, plainCode(rows)).search;

function first({ measures }: AttributionFinding): { component: string; share: number } {
  const told = measures
    .filter(({ accepted, total }) => accepted && total > 0)
    .toSorted((a, b) => b.total - a.total)[0];
  const { component = 'none', share = 0 } = told?.shares[0] ?? {};
  return { component, share: share ?? 0 };
}

describe('an approximate index', () => {
  for (const [name, store] of [
    [
      'a graph searched with low effort',
      () => hnswStore(rows, { M: 4, efConstruction: 40 }).atEffort(10),
    ],
    [
      'a graph searched with middling effort',
      () => hnswStore(rows, { M: 4, efConstruction: 40 }).atEffort(30),
    ],
    [
      'cells of which few are looked at',
      () => codedStore(rows, plainCode(rows), { to: partition(rows, 40, 2) }),
    ],
  ] as const) {
    it.each([
      ['without exact search', () => store()],
      ['with an exact search', () => ({ ...store(), exact: exactly })],
    ])(`${name}, %s: the index comes first`, async (_, made) => {
      const finding = await against(made());
      expect(finding.status, finding.sentence).toBe('explained');
      expect(first(finding)).toEqual({ component: 'index', share: expect.any(Number) });
      expect(first(finding).share).toBeGreaterThanOrEqual(0.7);
    });
  }

  for (const [name, store] of [
    ['int8 of queries and documents', () => codedStore(rows, integerCode(rows, 127, 'row'))],
    ['int8 with one scale for the index', () => codedStore(rows, integerCode(rows, 127, 'index'))],
    ['4 bits of queries and documents', () => codedStore(rows, integerCode(rows, 7, 'row'))],
    ['codes of a product quantiser', () => codedStore(rows, productCode(rows, 8, 64))],
    [
      'codes of a product quantiser in cells',
      () => codedStore(rows, productCode(rows, 8, 64), { to: partition(rows, 40, 8) }),
    ],
  ] as const) {
    it.each([
      ['without exact search', () => store()],
      ['with an exact search by the vectors themselves', () => ({ ...store(), exact: exactly })],
    ])(`${name}, %s: the document vectors come first`, async (_, made) => {
      const finding = await against(made());
      expect(finding.status, finding.sentence).toBe('explained');
      expect(first(finding)).toEqual({
        component: 'document-vectors',
        share: expect.any(Number),
      });
      expect(first(finding).share).toBeGreaterThanOrEqual(0.7);
      const vectors = finding.components.find(({ component }) => component === 'document-vectors');
      expect(vectors?.candidate).toMatch(/held as int|scores approximate/);
    });
  }

  for (const [name, most, scale] of [
    ['int8', 127, 'row'],
    ['int8 with one scale for the index', 127, 'index'],
    ['4 bits', 7, 'row'],
  ] as const) {
    it(`${name} whose rows keep the lengths that rounding leaves: the document vectors alone`, async () => {
      const finding = await against(
        codedStore(rows, integerCode(rows, most, scale, 'inner product')),
      );
      expect(finding.status, finding.sentence).toBe('explained');
      expect(first(finding).component).toBe('document-vectors');
      expect(first(finding).share).toBeGreaterThanOrEqual(0.8);
      const of = (wanted: string) =>
        finding.components.find(({ component }) => component === wanted);
      expect(of('metric')?.status).toBe('identical');
      expect(of('document-vectors')?.candidate).toContain('with the lengths of the codes');
      expect(finding.measures.some(({ repair }) => repair?.includes('metric') === true)).toBe(
        false,
      );
    });
  }

  it('int8 of rows of many lengths, ranked by inner product on both sides: the document vectors alone', async () => {
    const random = randomStream(6, 'lengths');
    const values = world.documents.values.slice();
    for (let row = 0; row < DOCUMENTS; row++) {
      const length = 0.7 + random.below(600) / 1000;
      for (let at = row * DIMENSION; at < (row + 1) * DIMENSION; at++)
        values[at] = (values[at] ?? 0) * length;
    }
    const long = { ...rows, values };
    const finding = await against(
      codedStore(long, integerCode(long, 127, 'row', 'inner product')),
      { documents: { ...world.documents, values } },
      codedStore(long, plainCode(long)),
    );
    expect(finding.status, finding.sentence).toBe('explained');
    expect(first(finding)).toEqual({ component: 'document-vectors', share: expect.any(Number) });
    expect(first(finding).share).toBeGreaterThanOrEqual(0.8);
  });

  it('fine codes of documents and coarser ones of queries, which are off in all of an answer: the document vectors come first', async () => {
    const coarse = (query: Float32Array): Float32Array => {
      const step = Math.max(...query.map(Math.abs)) / 90;
      return query.map((value) => Math.round(value / step) * step);
    };
    const code = integerCode(rows, 250, 'row', 'inner product');
    const finding = await against(
      codedStore(rows, { scorer: (query) => code.scorer(coarse(query)) }),
    );
    expect(finding.status, finding.sentence).toBe('explained');
    expect(first(finding)).toEqual({ component: 'document-vectors', share: expect.any(Number) });
    expect(first(finding).share).toBeGreaterThanOrEqual(0.7);
    expect(finding.remarks.join()).not.toContain('off together');
  });

  it('that scores by chance is no code: nothing is told', async () => {
    const noise = randomStream(9, 'noise');
    const exact = plainCode(rows);
    const finding = await against(
      codedStore(rows, {
        scorer: (query) => {
          const score = exact.scorer(query);
          return (row) => score(row) + noise.below(1000) / 5000;
        },
      }),
    );
    expect(finding.status, JSON.stringify(finding.components)).toBe('unexplained');
  });

  it('and words that raise scores are no code: nothing is told', async () => {
    const words = new Set(['w1', 'w3', 'w7']);
    const exact = plainCode(rows);
    const held = world.collection.documents.map(
      ({ text }) => text.split(' ').filter((word) => words.has(word)).length,
    );
    const finding = await against(
      codedStore(rows, {
        scorer: (query) => {
          const score = exact.scorer(query);
          return (row) => score(row) + 0.08 * (held[row] ?? 0);
        },
      }),
      { list: world.list.map((query) => ({ ...query, text: 'w1 w3 w7' })) },
    );
    expect(finding.status, JSON.stringify(finding.components)).toBe('unexplained');
  });
});

describe('where every query has a filter', () => {
  const list = world.list.map((query, at) => ({ ...query, filter: { fifth: at % 5 } }));

  /** A store that looks at so many rows first and filters them afterwards. */
  const late = (store: Store, window: number): Store => ({
    search: async (query, k, accepts) => {
      const { rows: found, scores } = await store.search(query, window, null);
      const passed = found.flatMap((row, at) =>
        accepts === null || accepts(row) ? [{ row, score: scores[at] ?? 0 }] : [],
      );
      return {
        rows: passed.slice(0, k).map(({ row }) => row),
        scores: passed.slice(0, k).map(({ score }) => score),
      };
    },
    exact: exactly,
  });
  const of = (finding: AttributionFinding, wanted: string) =>
    finding.components.find(({ component }) => component === wanted);

  it('an index that loses rows and filters after its scan: the filter and the index, nothing else', async () => {
    const graph = hnswStore(rows, { M: 4, efConstruction: 40 }).atEffort(20);
    const finding = await against(late(graph, 20), { list });
    expect(finding.status, finding.sentence).toBe('explained');
    expect(of(finding, 'filter')?.candidate).toMatch(/^after ranking \d+ documents$/);
    expect(of(finding, 'index')?.candidate).toMatch(/rows? left out/);
    const overlap = finding.measures.find(({ measure }) => measure === '1 − overlap');
    const shares = Object.fromEntries(
      overlap?.shares.map(({ component, share }) => [component, share ?? 0]) ?? [],
    );
    expect((shares.filter ?? 0) + (shares.index ?? 0)).toBeGreaterThanOrEqual(0.95);
  });

  it('an exact search that filters afterwards: the filter alone', async () => {
    const finding = await against(late(codedStore(rows, plainCode(rows)), 20), { list });
    expect(first(finding)).toEqual({ component: 'filter', share: expect.any(Number) });
    expect(first(finding).share).toBeGreaterThanOrEqual(0.95);
    expect(of(finding, 'index')?.candidate).toBe('nothing left out');
  });

  it('an exact search that loses rows under filters in no known way: not the index', async () => {
    const store = codedStore(rows, plainCode(rows));
    const finding = await against(
      {
        search: (query, k, accepts) =>
          store.search(query, k, accepts && ((row) => accepts(row) && row % 3 !== 0)),
        exact: exactly,
      },
      { list },
    );
    expect(finding.status, JSON.stringify(finding.components)).toBe('unexplained');
  });
});

function clustered(): Asked {
  const random = randomStream(4, 'clustered');
  const normal = (): number =>
    (random.below(1000) + random.below(1000) + random.below(1000) - 1500) / 500;
  const centres = Array.from({ length: CLUSTERS }, () =>
    Float32Array.from({ length: DIMENSION }, normal),
  );
  const near = (spread: number): Float32Array => {
    const centre = centres[random.below(CLUSTERS)] ?? new Float32Array(DIMENSION);
    const vector = centre.map((value) => value + spread * normal());
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / norm);
  };
  const table = (ids: readonly string[], spread: number) => {
    const values = new Float32Array(ids.length * DIMENSION);
    for (const at of ids.keys()) values.set(near(spread), at * DIMENSION);
    return { ids, dimension: DIMENSION, values };
  };
  const documents = Array.from({ length: DOCUMENTS }, (_, at) => ({
    id: `d-${at}`,
    text: Array.from({ length: 4 }, () => `w${random.below(12)}`).join(' '),
    metadata: { half: at % 2 === 0 ? 'even' : 'odd', fifth: at % 5 },
  }));
  const list = Array.from(
    { length: QUERIES },
    (_, at): AttributionQuery => ({
      id: `q-${at}`,
      text: `question ${at}`,
      collections: ['all'],
      filter: at % 6 === 5 ? { half: 'even' } : null,
      weight: 1,
      noise: { incumbent: null, candidate: null },
    }),
  );
  return {
    k: 10,
    kPrime: 50,
    collection: { name: 'all', documents },
    documents: table(
      documents.map(({ id }) => `all/${id}`),
      0.5,
    ),
    queries: table(
      list.map(({ id }) => id),
      0.6,
    ),
    list,
    sampled: new Set(list.map(({ id }) => id)),
    census: documents.map((_, row) => row),
  };
}
