import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCorpus } from '../../src/corpus/load.ts';
import type { Document } from '../../src/corpus/types.ts';
import { buildRolePlaceQueries } from '../../src/demo/corpus/needs/queries.ts';
import { workerTable } from '../../src/demo/corpus/table.ts';
import { createWorkers } from '../../src/demo/corpus/workers.ts';
import { createNames } from '../../src/demo/corpus/world/names.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import type { Encoder } from '../../src/embed/types.ts';

let encoder: Encoder;
beforeAll(async () => {
  encoder = await loadEncoder('corpora/encoder');
});
afterAll(() => encoder.close());

describe('the nearest three workers by exact cosine', () => {
  it('are Forklift Operators, w-43 first, for "Forklift Operator in Springfield, IL"', async () => {
    const { collections } = await loadCorpus('corpora/workers-200');
    const workers = collections.find(({ name }) => name === 'workers')?.documents ?? [];
    const [nearest = []] = await nearestThree(workers, ['Forklift Operator in Springfield, IL']);
    expect(nearest[0]?.id).toBe('w-43');
    expect(nearest.map(({ metadata }) => metadata.role)).toEqual(
      Array(3).fill('Forklift Operator'),
    );
  });

  it.each([2, 3, 4])(
    'have the role asked for, at least 95% of them, in a corpus of seed %i',
    async (seed) => {
      const world = createWorkers(seed, 200);
      const names = createNames();
      const workers = Array.from({ length: 200 }, (_, index) => world.document(index, names));
      const queries = buildRolePlaceQueries({ seed, count: 200, table: workerTable(world) });
      const lists = await nearestThree(
        workers,
        queries.map(({ text }) => text),
      );
      const hits = queries.map(
        ({ role }, i) => lists[i]?.filter(({ metadata }) => metadata.role === role).length ?? 0,
      );
      expect(hits.reduce((sum, one) => sum + one, 0) / (3 * queries.length)).toBeGreaterThanOrEqual(
        0.95,
      );
    },
  );
});

async function nearestThree(
  documents: readonly Document[],
  queries: readonly string[],
): Promise<Document[][]> {
  const places = (
    await encoder.embed(
      documents.map(({ text }) => text),
      'document',
    )
  ).map(unit);
  const asked = await encoder.embed(queries, 'query');
  return asked.map((query) =>
    documents
      .map((document, i) => ({ document, score: dot(query, places[i] ?? new Float64Array()) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 3)
      .map(({ document }) => document),
  );
}

function unit(vector: Float32Array): Float64Array {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => value / length);
}

function dot(a: Float32Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
