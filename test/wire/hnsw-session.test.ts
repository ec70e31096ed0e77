import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hnswSession } from '../../src/wire/hnsw/session.ts';

const COLLECTION = 'words';

it('finds by exact search what was put in or changed since the last one', async () => {
  const session = hnswSession({
    ...{ file: join(tmpdir(), 'never-written-{collection}'), effort: 10 },
    ...{ distance: 'euclidean', m: 4, efConstruction: 20 },
  });
  const put = (id: string, vector: readonly number[]) =>
    session.ingest?.(
      {
        collection: COLLECTION,
        documents: [{ id, text: id, metadata: {}, vector: Float32Array.from(vector) }],
      },
      AbortSignal.timeout(10_000),
    );
  const nearest = async () =>
    (
      await session.search(
        {
          ...{ collection: COLLECTION, vector: Float32Array.of(0, 0), k: 2 },
          ...{ filter: null, effort: null, exact: true },
        },
        AbortSignal.timeout(10_000),
      )
    ).map(({ id, rawScore }) => [id, rawScore]);

  await put('far', [3, 4]);
  await put('near', [0, 1]);
  expect(await nearest()).toEqual([
    ['near', 1],
    ['far', 25],
  ]);
  await put('far', [0, 0.5]);
  await put('twin', [0, 1]);
  expect(await nearest()).toEqual([
    ['far', 0.25],
    ['near', 1],
  ]);
});
