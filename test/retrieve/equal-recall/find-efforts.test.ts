import { describe, expect, it } from 'vitest';
import { NO_PROGRESS } from '../../../src/progress.ts';
import type { BlockKey } from '../../../src/record/block.ts';
import type { Observation } from '../../../src/record/types.ts';
import { findEfforts } from '../../../src/retrieve/equal-recall/find-efforts.ts';
import type { Hit } from '../../../src/wire/operations.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../../support/in-process.ts';

/** The target that an incumbent sets whose every other answer is spoilt, where its own lists are exact. */
async function target(
  spoilt: (hits: Hit[]) => Hit[] | null,
  every = 2,
  recorded: readonly Observation[] = [],
) {
  const world = await inProcessWorld({ documents: 30, needs: 40, seed: 5 });
  const documents = world.ids.map((id, at) => ({ id, text: `document ${at}`, metadata: {} }));
  const queries = Array.from({ length: 40 }, (_, at) => ({
    id: `q-${at}`,
    need: `q-${at}`,
    text: `question ${at}`,
    slices: [],
    collections: ['stock'],
  }));
  const corpus = {
    name: 'efforts',
    folder: world.folder,
    collections: [{ name: 'stock', documents }],
    queries,
    judgments: new Map(),
    hashes: { documents: {}, queries: '', judgments: '' },
  };
  let asked = 0;
  const search = exactSearch(world);
  const incumbent = inProcessBackend(world, search, (hits) =>
    asked++ % every === 0 ? spoilt(hits) : hits,
  );
  const exact = new Map(
    queries.map(({ id, text }) => [
      id,
      search(world.vectorOf(text), 10).map(({ row, score }) => ({ key: world.ids[row], score })),
    ]),
  );
  const listOf = (id: string) => exact.get(id) ?? [];
  const rows: Observation[] = [];
  const efforts = await findEfforts({
    pair: { incumbent, candidate: inProcessBackend(world, search) },
    corpus,
    cell: 'search',
    queries,
    truth: {
      list: (id: string) => ({
        keys: listOf(id).map(({ key }) => `stock/${key}`),
        scores: Float64Array.from(listOf(id), ({ score }) => score),
        allowedCount: 30,
      }),
      exactScore: (id: string, key: string) =>
        listOf(id).find((entry) => `stock/${entry.key}` === key)?.score ?? null,
    } as never,
    target: 'incumbent',
    k: 10,
    model: null,
    seed: 1,
    concurrency: 1,
    recorded,
    writer: {
      hasBlock: ({ block }: BlockKey) => recorded.some((row) => row.block === block),
      writeObservations: async (_: unknown, written: readonly Observation[]) =>
        rows.push(...written),
      writeJson: async () => {},
    } as never,
    progress: NO_PROGRESS,
    signal: new AbortController().signal,
  });
  return { efforts, rows };
}

describe('the incumbent’s own recall as a target', () => {
  it.each([
    ['no row', () => []],
    ['an error', () => null],
    ['three rows', (hits: Hit[]) => hits.slice(0, 3)],
  ] as const)('is not made easier by %s of it', async (_, spoilt) => {
    const { efforts } = await target(spoilt);
    expect(efforts.target).toBe(1);
    expect(efforts.trials[0]?.recall).toBeLessThan(0.7);
    expect(efforts.sides.candidate.isEnough).toBe(true);
  });

  it('is none where it gives nothing', async () => {
    await expect(target(() => [], 1)).rejects.toThrow('gave no row to any query of search');
  });
});

describe('a search for efforts that was stopped', () => {
  it('goes on after the trials that were made, and finds the same', async () => {
    const whole = await target((hits) => hits);
    expect(whole.efforts.trials.length).toBeGreaterThan(2);
    const made = whole.rows.filter(({ block }) => block < 2);
    const { efforts, rows } = await target((hits) => hits, 2, made);
    expect(efforts).toEqual(whole.efforts);
    expect(rows.some(({ block }) => block < 2)).toBe(false);
    expect(made.length + rows.length).toBe(whole.rows.length);
  });
});
