import { describe, expect, it } from 'vitest';
import type { VectorTable } from '../../../src/record/types.ts';
import { openIndex } from '../../../src/truth/engines/first-usable.ts';
import { float64Engine } from '../../../src/truth/engines/float64-engine.ts';
import { steadyEngine } from '../../../src/truth/exact.ts';
import { metricSpace } from '../../../src/truth/metric-space.ts';
import { decodeMasks, encodeMasks } from '../../../src/truth/plan/filter-masks.ts';
import { decodeLists, encodeLists } from '../../../src/truth/plan/list-codec.ts';
import { partMerger } from '../../../src/truth/plan/merge-parts.ts';
import { decodePlan, encodePlan, listsId } from '../../../src/truth/plan/plan.ts';
import {
  type PlannedSearch,
  plannedRowsOf,
  planSearch,
} from '../../../src/truth/plan/planned-search.ts';
import { searchPart } from '../../../src/truth/plan/search-part.ts';
import { clustered, numbered, seeded } from '../naive.ts';

const documents = numbered(clustered(seeded(1), 50, 6, 4), 6);
const queries = numbered(clustered(seeded(2), 7, 6, 4), 6);
const odd = (keys: readonly string[]) => Uint8Array.from(keys, (key) => Number(key.slice(4)) % 2);

function planned(table: VectorTable, filtered: boolean): PlannedSearch {
  return planSearch({
    documents: plannedRowsOf(table, 20),
    documentKeys: table.ids,
    queries,
    space: metricSpace('cosine', 1),
    longestSquare: 1,
    kPrime: 5,
    queriesPerBlock: 4,
    allowed: (keys) => {
      const mask = odd(keys);
      return (query) => (filtered && query > 3 ? mask : null);
    },
    conditions: (query) => (filtered && query > 3 ? 'odd' : null),
  });
}

describe('a plan', () => {
  it('is every block of documents with every block of queries, as numbers and hashes alone', () => {
    const { plan } = planned(documents, true);
    expect(plan.documents.map(({ rows }) => rows)).toEqual([20, 20, 10]);
    expect(plan.queries.map(({ rows }) => rows)).toEqual([4, 3]);
    expect(
      plan.parts.map(({ documentBlock, queryBlock, filterId }) => [
        documentBlock,
        queryBlock,
        filterId === null,
      ]),
    ).toEqual([
      [0, 0, true],
      [0, 1, false],
      [1, 0, true],
      [1, 1, false],
      [2, 0, true],
      [2, 1, false],
    ]);
    expect(decodePlan(encodePlan(plan))).toEqual(plan);
    expect(encodePlan(planned(documents, true).plan)).toEqual(encodePlan(plan));
  });

  it('names lists by what they depend on, and by nothing else', () => {
    const { plan } = planned(documents, true);
    const longer = planned(numbered(clustered(seeded(1), 60, 6, 4), 6), true).plan;
    expect(listsId(longer, 0, 0, 1)).toBe(listsId(plan, 0, 0, 1));
    const free = planned(documents, false).plan;
    expect(listsId(free, 0, 0, 3)).toBe(listsId(plan, 0, 0, 3));
    const others = [
      listsId(plan, 1, 0, 1),
      listsId(plan, 0, 0, 2),
      listsId(plan, 0, 1, 2),
      listsId(free, 1, 0, 1),
      listsId({ ...plan, kPrime: 6 }, 0, 0, 1),
      listsId({ ...plan, metric: 'dot', longestSquare: 2 }, 0, 0, 1),
    ];
    expect(new Set([listsId(plan, 0, 0, 1), ...others]).size).toBe(others.length + 1);
  });

  it.each([
    ['a huge k', { kPrime: 2 ** 40 }],
    ['a path for a hash', { documents: [{ sha256: '../../etc/passwd', rows: 1 }] }],
    ['rows that no machine holds', { documents: [{ sha256: 'a'.repeat(64), rows: 2 ** 28 }] }],
    ['a part too few', { parts: [] }],
    ['a field that is none', { more: 1 }],
  ])('with %s is refused', (_, change) => {
    const { plan } = planned(documents, false);
    expect(() => decodePlan(Buffer.from(JSON.stringify({ ...plan, ...change })))).toThrow();
  });
});

describe('carried out part by part', () => {
  it('has the same bytes on this thread and in worker threads, and the lists of one search', async () => {
    const search = planned(documents, true);
    const one = float64Engine();
    const threads = steadyEngine(1e9);
    const table = (from: number, to: number, all: VectorTable): VectorTable => ({
      ids: all.ids.slice(from, to),
      dimension: 6,
      values: all.values.subarray(from * 6, to * 6),
    });
    const merger = partMerger(
      [0, 1, 2],
      new Map([
        [0, { from: 0, count: 4 }],
        [1, { from: 4, count: 3 }],
      ]),
      5,
    );
    for (const place of search.plan.parts.toReversed()) {
      const { documentBlock, queryBlock, filterId } = place;
      const rows = table(documentBlock * 20, Math.min(50, documentBlock * 20 + 20), documents);
      const some = table(queryBlock * 4, Math.min(7, queryBlock * 4 + 4), queries);
      const masks =
        filterId === null
          ? null
          : decodeMasks(encodeMasks(search.masks(place)), rows.ids.length, some.ids.length);
      const bytes = await Promise.all(
        [one, threads].map(async (engine) => {
          const index = await openIndex(engine, rows);
          const lists = await searchPart({ index, queries: some, kPrime: 5, masks });
          await index.close();
          return encodeLists(lists);
        }),
      );
      expect(bytes[1]).toEqual(bytes[0]);
      merger.add(place, decodeLists(bytes[0] ?? new Uint8Array(), some.ids.length));
    }
    await threads.close();
    const mask = odd(documents.ids);
    const whole = await one.topK({
      documents,
      queries,
      kPrime: 5,
      allowed: (query) => (query > 3 ? mask : null),
    });
    expect(merger.finish()).toEqual(whole.lists);
  });

  it('refuses a part twice, one that was not planned, one of other queries, and one too few', async () => {
    const merger = partMerger([0, 1], new Map([[2, { from: 16, count: 1 }]]), 5);
    const { lists } = await float64Engine().topK({ documents, queries, kPrime: 5 });
    merger.add({ documentBlock: 1, queryBlock: 2 }, lists.slice(0, 1));
    const add = (documentBlock: number, queryBlock: number, count: number) => () =>
      merger.add({ documentBlock, queryBlock }, lists.slice(0, count));
    expect(add(1, 2, 1)).toThrow('came twice');
    expect(add(0, 1, 1)).toThrow('not planned');
    expect(() => merger.finish()).toThrow('1 planned parts are missing, first 0×2');
    expect(add(0, 2, 2)).toThrow('2 lists for 1 query');
  });
});

describe('masks', () => {
  it('keep which queries share one, and are refused where they are of other rows', () => {
    const mask = Uint8Array.from([1, 0, 1]);
    const bytes = encodeMasks({
      rowCount: 3,
      queryCount: 3,
      of: (query) => (query === 1 ? null : mask),
    });
    const read = decodeMasks(bytes, 3, 3);
    expect([0, 1, 2].map((query) => read.of(query))).toEqual([mask, null, mask]);
    expect(read.of(2)).toBe(read.of(0));
    expect(() => decodeMasks(bytes, 4, 3)).toThrow('no masks');
    expect(() => decodeMasks(bytes.subarray(0, 9), 3, 3)).toThrow('no masks');
  });
});
