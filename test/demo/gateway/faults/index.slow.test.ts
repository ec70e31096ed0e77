import { expect, test } from 'vitest';
import type { Document } from '../../../../src/corpus/types.ts';
import { drawStream } from '../../../../src/demo/gateway/faults/draw.ts';
import { plantFaults } from '../../../../src/demo/gateway/faults/parse.ts';
import { createGoGateway } from '../../../../src/demo/gateway/go/gateway.ts';
import { createRustGateway } from '../../../../src/demo/gateway/rust/gateway.ts';
import { exactRanking } from '../exact.ts';
import { COLLECTIONS, standInEncoder } from '../stand-in.ts';
import { exchange, GO, K, RUST } from './observed.ts';

const encoder = standInEncoder(48);

/** Documents of six words each, so that nearness has no steps. */
const documents: readonly Document[] = Array.from({ length: 4000 }, (_, i) => {
  const draw = drawStream(i, 'words');
  const words = Array.from({ length: 6 }, () => `word${Math.floor(draw() * 400)}`);
  return { id: `d-${i}`, text: words.join(' '), metadata: {} };
});
const collections = [{ name: 'documents', documents }];
const texts = documents.filter((_, i) => i % 100 === 7).map(({ text }) => `${text} word1 word2`);

test.each([
  { name: 'go', wire: GO, create: createGoGateway },
  { name: 'rust', wire: RUST, create: createRustGateway },
])(
  'low-ef loses near rows of a large collection on the $name gateway',
  async ({ wire, create }) => {
    const recall = async (faults: readonly string[]): Promise<number> => {
      const planted = plantFaults(faults.map((kind) => ({ kind, rate: 1, seed: 1 })));
      const gateway = await create({ encoder, collections, faults: planted });
      let found = 0;
      for (const text of texts) {
        const question = { text, collections: ['documents'] };
        const { path, body } = wire.search(question, K);
        const rows = wire.rows(JSON.parse((await exchange(gateway, path, body)).body), question);
        expect(rows).toHaveLength(K);
        const ranking = await exactRanking(encoder, collections, text);
        const nearest = ranking.slice(0, K).map(({ id }) => `documents/${id}`);
        found += rows.filter(({ key }) => nearest.includes(key)).length;
      }
      await gateway.close();
      return found / (K * texts.length);
    };
    expect(await recall([])).toBeGreaterThan(0.98);
    expect(await recall(['low-ef'])).toBeLessThan(0.95);
  },
  120_000,
);

test('a share of the collections leaves the others alone', async () => {
  const scores = async (fault: string | null, rate: number, seed: number, collection: string) => {
    const planted = fault === null ? [] : plantFaults([{ kind: fault, rate, seed }]);
    const gateway = await createGoGateway({ encoder, collections: COLLECTIONS, faults: planted });
    const question = { text: 'welder town 3', collections: [collection] };
    const { path, body } = GO.search(question, K);
    const { body: answer } = await exchange(gateway, path, body);
    await gateway.close();
    return GO.rows(JSON.parse(answer), question);
  };
  const hitBy = async (fault: string, seed: number) => {
    const hit: string[] = [];
    for (const name of ['workers', 'jobs']) {
      const sound = JSON.stringify(await scores(null, 1, 1, name));
      if (JSON.stringify(await scores(fault, 0.5, seed, name)) !== sound) hit.push(name);
    }
    return hit;
  };
  for (const fault of ['euclidean', 'dot']) {
    const drawn = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => hitBy(fault, seed)));
    expect(drawn.every((hit) => hit.length === 1)).toBe(true);
    expect(new Set(drawn.flat()).size).toBe(2);
    expect(await hitBy(fault, 1)).toEqual(drawn[0]);
  }
});
