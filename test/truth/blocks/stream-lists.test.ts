import { appendFile, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InfrastructureError } from '../../../src/errors.ts';
import { blocksOf, type VectorBlocks } from '../../../src/record/vectors/vector-blocks.ts';
import { openPartFiles } from '../../../src/truth/blocks/part-files.ts';
import type { PartStore } from '../../../src/truth/blocks/parts.ts';
import { streamLists } from '../../../src/truth/blocks/stream-lists.ts';
import type { ExactEngine } from '../../../src/truth/engines/exact-engine.ts';
import { firstUsable } from '../../../src/truth/engines/first-usable.ts';
import { float64Engine } from '../../../src/truth/engines/float64-engine.ts';
import { steadyEngine } from '../../../src/truth/exact.ts';
import { adversarialCases } from '../adversarial.ts';
import { clustered, numbered, seeded } from '../naive.ts';

const engine = float64Engine();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An engine that fails from its n-th search on. */
function dyingEngine(searches: number): ExactEngine {
  let left = searches;
  return {
    name: 'float64',
    topK: async (input) => {
      if (left-- <= 0) throw new Error('killed');
      return engine.topK(input);
    },
    close: async () => {},
  };
}

describe('one engine for many searches', () => {
  const documents = numbered(clustered(seeded(11), 40, 4, 4), 4);
  const ask = { queries: documents, kPrime: 3 };

  /** Works for some searches and then never again, as a library does whose thread has died. */
  function failing(searches: number, closed: string[]): () => ExactEngine {
    return () => ({
      ...dyingEngine(0),
      name: 'int8',
      topK: async (input) => {
        if (searches-- > 0) return engine.topK(input);
        throw new InfrastructureError('truth.int8', 'the thread ended');
      },
      close: async () => {
        closed.push('int8');
      },
    });
  }

  it('goes on with the next one where the first fails, also in the middle of a corpus', async () => {
    const expected = (await engine.topK({ documents, ...ask })).lists;
    for (const searches of [0, 1]) {
      const closed: string[] = [];
      const told: string[] = [];
      const steady = firstUsable([failing(searches, closed)], ({ why }) => told.push(why));
      const index = await steady.open?.(documents);
      for (let i = 0; i < 3; i++) expect((await index?.topK(ask))?.lists).toEqual(expected);
      expect((await steady.topK({ documents, ...ask })).lists).toEqual(expected);
      expect([steady.name, closed]).toEqual(['float64', ['int8']]);
      expect(told).toEqual(['the thread ended']);
      await index?.close();
      await steady.close();
    }
  });

  it('passes on what is wrong with the input', async () => {
    const bad = { ...documents, values: documents.values.map(() => Number.NaN) };
    const steady = firstUsable([]);
    await expect(steady.topK({ documents: bad, ...ask })).rejects.toMatchObject({
      code: 'truth.non-finite',
    });
  });

  it('is the fast one for much work, with the same lists', async () => {
    const steady = steadyEngine(1e9);
    const plain = steadyEngine(1e6);
    const asked = { documents: blocksOf(documents, 15), ...ask };
    expect(plain.name).toBe('float64');
    const fast = await streamLists({ ...asked, engine: steady });
    expect(fast).toEqual(await streamLists({ ...asked, engine: plain }));
    await steady.close();
    await plain.close();
  });
});

describe('exact lists block by block', () => {
  it('are those of one search over all rows, to the bit, however rows and queries are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        adversarialCases(30),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async ({ documents, queries, kPrime }, rowsPerBlock, queriesPerBlock, filtered) => {
          const odd = (keys: readonly string[]) => {
            const mask = Uint8Array.from(keys, (key) => Number(key.slice(4)) % 2);
            return (query: number) => (query % 2 === 0 ? null : mask);
          };
          const whole = await engine.topK({
            documents,
            queries,
            kPrime,
            ...(filtered ? { allowed: odd(documents.ids) } : {}),
          });
          const streamed = await streamLists({
            documents: blocksOf(documents, rowsPerBlock),
            queries,
            kPrime,
            engine,
            queriesPerBlock,
            ...(filtered ? { allowed: odd } : {}),
          });
          const expected =
            documents.ids.length > 0
              ? whole.lists
              : queries.ids.map(() => ({
                  keys: [],
                  scores: new Float64Array(0),
                  allowedCount: 0,
                }));
          expect(streamed.lists).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keep every row within ε of the cut, wherever the blocks end', async () => {
    const random = seeded(3);
    const rows = Array.from({ length: 90 }, () => [1, 5e-4 * random(), 0]);
    const documents = numbered(rows, 3);
    const queries = numbered([[1, 0, 0]], 3);
    const whole = await engine.topK({ documents, queries, kPrime: 5 });
    expect(whole.lists[0]?.keys.length).toBeGreaterThan(60);
    for (const size of [1, 4, 7, 89]) {
      const cut = blocksOf(documents, size);
      const { lists } = await streamLists({ documents: cut, queries, kPrime: 5, engine });
      expect(lists).toEqual(whole.lists);
    }
  });

  it('go on from the parts that were finished, and end the same', async () => {
    const documents = numbered(clustered(seeded(5), 120, 8, 6), 8);
    const queries = numbered(clustered(seeded(6), 7, 8, 6), 8);
    const blocks = blocksOf(documents, 25);
    const asked = { documents: blocks, queries, kPrime: 4, queriesPerBlock: 4 };
    const { lists: expected } = await streamLists({ ...asked, engine });
    const place = join(folder, 'resumed');
    for (const searches of [3, 1, 2]) {
      const parts = await openPartFiles(place);
      const dying = streamLists({ ...asked, engine: dyingEngine(searches), parts });
      await expect(dying).rejects.toThrow('killed');
    }
    let asks = 0;
    const counting: ExactEngine = {
      ...engine,
      topK: (input) => {
        asks++;
        return engine.topK(input);
      },
    };
    const result = await streamLists({
      ...asked,
      engine: counting,
      parts: await openPartFiles(place),
    });
    expect(result).toEqual({ lists: expected, partsResumed: 6, partsTotal: 10 });
    expect(asks).toBe(4);
  });

  it('do a part again whose file or journal line was torn', async () => {
    const documents = numbered(clustered(seeded(7), 60, 6, 4), 6);
    const queries = numbered(clustered(seeded(8), 5, 6, 4), 6);
    const asked = { documents: blocksOf(documents, 20), queries, kPrime: 3, engine };
    const place = join(folder, 'torn');
    const first = await streamLists({ ...asked, parts: await openPartFiles(place) });
    await truncate(join(place, 'documents-1-queries-0.arrow'), 100);
    await appendFile(join(place, 'journal.jsonl'), '{"event":"part","documentBl');
    const parts = await openPartFiles(place);
    expect(parts.setAside).toHaveLength(1);
    expect(parts.setAside[0]).toMatch(/journal\.jsonl:4: the last line is torn/);
    const again = await streamLists({ ...asked, parts });
    expect(again).toEqual({ ...first, partsResumed: 2 });
    const third = await streamLists({ ...asked, parts: await openPartFiles(place) });
    expect(third.partsResumed).toBe(3);
    expect((await readdir(place)).sort()).toEqual([
      'documents-0-queries-0.arrow',
      'documents-1-queries-0.arrow',
      'documents-2-queries-0.arrow',
      'journal.jsonl',
    ]);
  });

  it('hold at most two blocks of documents, and leave no read behind that failed', async () => {
    const documents = numbered(clustered(seeded(9), 40, 4, 4), 4);
    const blocks = blocksOf(documents, 10);
    let open = 0;
    let most = 0;
    const counted: VectorBlocks = {
      ...blocks,
      blocks: blocks.blocks.map((block) => ({
        rowCount: block.rowCount,
        read: async () => {
          most = Math.max(most, ++open);
          return block.read();
        },
      })),
    };
    const releasing: PartStore = {
      load: async () => null,
      save: async () => {
        open--;
      },
    };
    const asked = { queries: documents, kPrime: 2, engine };
    await streamLists({ ...asked, documents: counted, parts: releasing });
    expect(most).toBe(2);
    const broken: VectorBlocks = {
      ...blocks,
      blocks: blocks.blocks.map((block, at) =>
        at === 2 ? { ...block, read: () => Promise.reject(new Error('unreadable')) } : block,
      ),
    };
    await expect(streamLists({ ...asked, documents: broken })).rejects.toThrow('unreadable');
    const dying = streamLists({ ...asked, documents: broken, engine: dyingEngine(1) });
    await expect(dying).rejects.toThrow('killed');
  });

  it('tell how many rows are through, and end with the reason of the signal', async () => {
    const documents = numbered(clustered(seeded(10), 50, 4, 4), 4);
    let rows = 0;
    await streamLists({
      documents: blocksOf(documents, 20),
      queries: documents,
      kPrime: 2,
      engine,
      queriesPerBlock: 20,
      onRows: (count) => {
        rows += count;
      },
    });
    expect(rows).toBeCloseTo(50, 6);
    const aborted = streamLists({
      documents: blocksOf(documents, 20),
      queries: documents,
      kPrime: 2,
      engine,
      signal: AbortSignal.abort(new Error('enough')),
    });
    await expect(aborted).rejects.toThrow('enough');
  });
});
