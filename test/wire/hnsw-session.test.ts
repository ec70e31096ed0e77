import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hnswSession } from '../../src/wire/hnsw/session.ts';
import { temporaryFolder } from '../record/fixtures.ts';

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

/** A session over one file, and what puts all documents of a collection into it. */
function sessionOver(file: string) {
  const signal = AbortSignal.timeout(10_000);
  const session = hnswSession({
    ...{ file, effort: 10 },
    ...{ distance: 'euclidean', m: 4, efConstruction: 20 },
  });
  const put = (ids: readonly string[], isLast: boolean) => {
    const documents = ids.map((id, at) => ({
      ...{ id, text: id, metadata: {} },
      vector: Float32Array.of(at, 1),
    }));
    return session.ingest?.({ collection: COLLECTION, documents, isLast }, signal);
  };
  return {
    describe: () => session.describe(COLLECTION, signal),
    begin: (...ids: readonly string[]) => put(ids, false),
    fill: (...ids: readonly string[]) => put(ids, true),
  };
}

it('what another process wrote meanwhile is kept, and who comes later is told', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'words.hnsw');
  const [first, second] = [sessionOver(file), sessionOver(file)];
  await first.begin('c');
  await second.fill('a', 'b');
  await expect(first.fill('d')).rejects.toMatchObject({
    code: 'hnsw-meanwhile',
    message: expect.stringContaining(file),
  });
  await second.fill('a', 'b', 'c');
  expect(await sessionOver(file).describe()).toMatchObject({ count: 3 });
  expect((await readdir(folder)).sort()).toEqual(['words.hnsw', 'words.hnsw.json']);
});

it('an index of a newer version is named, and not written over', async () => {
  const file = join(await temporaryFolder(), 'words.hnsw');
  await sessionOver(file).fill('a', 'b');
  const sidecar = JSON.parse(await readFile(`${file}.json`, 'utf8')) as object;
  const newer = JSON.stringify({ ...sidecar, version: 2 });
  await writeFile(`${file}.json`, newer);
  const session = sessionOver(file);
  await expect(session.describe()).rejects.toThrow(/words\.hnsw\.json: .*version/);
  await expect(session.fill('c')).rejects.toThrow('words.hnsw.json');
  expect(await readFile(`${file}.json`, 'utf8')).toBe(newer);
});
