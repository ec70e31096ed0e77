import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import { type SharedStore, seal } from '../../src/queue/store/shared-store.ts';
import {
  type BlockRange,
  childrenOf,
  isShard,
  listsJobId,
} from '../../src/queue/truth/reduce-tree.ts';
import { writePlan, writeStoredLists } from '../../src/queue/truth/stored-lists.ts';
import { reduceLists } from '../../src/queue/truth/truth-reduce.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { listsId } from '../../src/truth/plan/plan.ts';
import { documents, inBlocksOf, queries } from './small-search.ts';

const { plan } = inBlocksOf(20);

let folder = '';
let store: SharedStore;
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  folder = await mkdtemp(join(tmpdir(), 'reduce-'));
  store = folderStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the tree of merges', () => {
  it('covers every block once, at most 16 at a time, whoever computes it', () => {
    const blocksBelow = (range: BlockRange): number[] => {
      const children = childrenOf(range);
      expect(children.length).toBeLessThanOrEqual(16);
      return children.flatMap((child) => (isShard(child) ? [child.from] : blocksBelow(child)));
    };
    for (const to of [1, 2, 16, 17, 255, 256, 257, 2289]) {
      expect(blocksBelow({ from: 0, to })).toEqual(Array.from({ length: to }, (_, at) => at));
    }
  });
});

describe('the merge of lists', () => {
  const job = { run: 'r', plan: '', queryBlock: 1, from: 0, to: 4 };
  const idOf = (at: number) => listsJobId('shard', job, { from: at, to: at + 1 });

  async function shards() {
    const own = { ...job, plan: await writePlan(store, plan) };
    const { lists } = await float64Engine().topK({ documents, queries, kPrime: 5 });
    const results = new Map<string, { sha256: string; wasThere: boolean }>();
    for (let at = 0; at < 4; at++) {
      const sha256 = await writeStoredLists(store, listsId(plan, 1, at, at + 1), lists.slice(5));
      results.set(idOf(at), { sha256, wasThere: false });
    }
    return { own, results };
  }

  it('takes exactly the planned parts', async () => {
    const { own, results } = await shards();
    const one = results.get(idOf(3));
    results.delete(idOf(3));
    await expect(reduceLists(store, own, results)).rejects.toThrow('3 parts came where 4 were');
    if (one !== undefined) results.set(listsJobId('shard', job, { from: 4, to: 5 }), one);
    await expect(reduceLists(store, own, results)).rejects.toThrow('is none of them');
  });

  it('takes only what the shards gave, and nothing that is gone or damaged', async () => {
    const { own, results } = await shards();
    results.set(idOf(2), { sha256: 'f'.repeat(64), wasThere: false });
    await expect(reduceLists(store, own, results)).rejects.toThrow('not those that were made');
    const name = { kind: 'lists', hash: listsId(plan, 1, 0, 1) } as const;
    await store.remove(name);
    await store.putOnce(
      name,
      seal(Buffer.from('damaged')).map((byte) => byte ^ 1),
    );
    await expect(reduceLists(store, own, results)).rejects.toThrow('blocks 0–1 are gone');
    expect(await store.has(name)).toBe(false);
  });
});
