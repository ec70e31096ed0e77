import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exactTopK } from '../../src/truth/exact.ts';
import { auditReferenceIndex } from '../../src/truth/reference/audit.ts';
import { indexFacts, lookUpIndex } from '../../src/truth/reference/index-cache.ts';
import { buildOf, hnswlibBuild } from '../../src/truth/reference/native-build.ts';
import { openReferenceIndex } from '../../src/truth/reference/reference-index.ts';
import { sweepReferenceIndex } from '../../src/truth/reference/sweep.ts';
import { clustered, numbered, seeded } from './naive.ts';

const documents = numbered(clustered(seeded(1), 400, 12, 10), 12);
const queries = numbered(clustered(seeded(2), 20, 12, 10), 12);
const { lists: truth } = await exactTopK({ documents, queries, kPrime: 5 });

let cacheFolder = '';
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'index-'));
});
afterEach(() => rm(cacheFolder, { recursive: true }));

const audit = (more: object = {}) =>
  auditReferenceIndex({ documents, queries, truth, k: 5, cacheFolder, ...more });

async function cached(): Promise<{ index: string; sidecar: string }> {
  const names = (await readdir(cacheFolder)).sort();
  expect(names).toHaveLength(2);
  const [index = '', sidecar = ''] = names.map((name) => join(cacheFolder, name));
  return { index, sidecar };
}

describe('saved reference indexes', () => {
  it('are loaded where vectors and parameters are the same, and answer the same', async () => {
    const built = await audit();
    expect(built).toMatchObject({ loaded: false, distrust: null });
    const loaded = await audit();
    expect(loaded).toMatchObject({ loaded: true, distrust: null, curve: built.curve });
    const { index, sidecar } = await cached();
    expect(JSON.parse(await readFile(sidecar, 'utf8'))).toMatchObject({
      space: 'ip',
      dimension: 12,
      count: 400,
      M: 16,
      efConstruction: 200,
      seed: 100,
      hnswlibNode: (await hnswlibBuild()).version,
      sizeBytes: (await readFile(index)).length,
    });
  });

  it('are built again for other parameters or other vectors', async () => {
    await audit();
    expect((await audit({ M: 8 })).loaded).toBe(false);
    expect((await audit({ seed: 1 })).loaded).toBe(false);
    const values = documents.values.slice();
    values[0] = (values[0] ?? 0) + 1;
    expect((await audit({ documents: { ...documents, values } })).loaded).toBe(false);
    expect(await readdir(cacheFolder)).toHaveLength(8);
  });

  it('are not trusted when file or sidecar are not what they say, and are replaced', async () => {
    const { curve } = await audit();
    const { index, sidecar } = await cached();
    const whole = await readFile(index);
    const told = await readFile(sidecar, 'utf8');
    const { dimension, values } = documents;
    const rows = Uint32Array.from(documents.ids, (_, row) => row);
    const lookUp = async () => {
      const parameters = { dimension, values, rows, M: 16, efConstruction: 200, seed: 100 };
      return await lookUpIndex(cacheFolder, indexFacts(parameters, await hnswlibBuild()));
    };
    const spoilByte = () => writeFile(index, Buffer.from(whole).fill(0xff, 500, 501));
    const spoil: [string, () => Promise<void>, RegExp][] = [
      ['a file cut short', () => truncate(index, 1000), /is not the file of its sidecar/],
      ['one byte changed', spoilByte, /is not the file of its sidecar/],
      [
        'another dimension',
        () => writeFile(sidecar, JSON.stringify({ ...JSON.parse(told), dimension: 24 })),
        /speaks of another index/,
      ],
      ['no sidecar', () => writeFile(sidecar, '{"version":1'), /is no sidecar/],
      ['the file is gone', () => rm(index), /is not the file of its sidecar/],
    ];
    for (const [what, act, why] of spoil) {
      await act();
      const { file, distrust } = await lookUp();
      expect(file, what).toBeNull();
      expect(distrust, what).toMatch(why);
      await writeFile(index, whole);
      await writeFile(sidecar, told);
      expect((await lookUp()).file, what).toBe(index);
    }
    await spoilByte();
    const again = await audit();
    expect(again).toMatchObject({ loaded: false, curve });
    expect(again.distrust).toMatch(/is not the file of its sidecar/);
    expect((await audit()).loaded).toBe(true);
  });

  it('are not taken for one another when they are renamed', async () => {
    await audit({ M: 8 });
    const small = await cached();
    await audit({ M: 16 });
    const other = (await readdir(cacheFolder))
      .filter((name) => !small.index.endsWith(name) && !small.sidecar.endsWith(name))
      .sort();
    await copyFile(small.index, join(cacheFolder, other[0] ?? ''));
    await copyFile(small.sidecar, join(cacheFolder, other[1] ?? ''));
    const again = await audit({ M: 16 });
    expect(again.loaded).toBe(false);
    expect(again.distrust).toMatch(/speaks of another index/);
  });

  it('are searched for no more neighbours than they have rows, and one search at a time', async () => {
    const few = numbered(clustered(seeded(3), 3, 12, 2), 12);
    const parameters = { M: 4, efConstruction: 20, seed: 1, cacheFolder, k: 50 };
    for (const loaded of [false, true]) {
      const index = await openReferenceIndex({ documents: few, queries, ...parameters });
      expect(index.loaded).toBe(loaded);
      const both = [index.search(10), index.search(10)];
      const [first, second] = await Promise.allSettled(both);
      expect(first).toMatchObject({ status: 'fulfilled', value: { places: 3 } });
      expect(second?.status).toBe('rejected');
      await expect(index.search(0)).rejects.toMatchObject({ code: 'truth.reference-index' });
      await index.close();
      await expect(index.search(10)).rejects.toMatchObject({ code: 'truth.reference-index' });
    }
  });

  it('that would not fit in memory are refused before anything is allocated', async () => {
    const many = { ids: new Array<string>(3_000_000).fill(''), dimension: 1 };
    const values = new Float32Array(3_000_000).fill(1);
    await expect(
      openReferenceIndex({
        documents: { ...many, values },
        queries: { ids: [], dimension: 1, values: new Float32Array(0) },
        k: 5,
        M: 10_000,
        efConstruction: 10,
        seed: 1,
        cacheFolder: null,
      }),
    ).rejects.toMatchObject({ code: 'truth.reference-index', message: /need \d+\.\d GiB/ });
  });
});

describe('a sweep', () => {
  it('audits every combination in rising order and builds nothing with bad parameters', async () => {
    const asked = { documents, queries, truth, k: 5, efSearches: [10, 100], cacheFolder };
    const points = [];
    for await (const one of sweepReferenceIndex({ ...asked, Ms: [8, 4], efConstructions: [50] })) {
      points.push([one.M, one.efConstruction, one.curve.map(({ efSearch }) => efSearch)]);
      expect(one.timings.every(({ p50Us }) => p50Us !== null && p50Us > 0)).toBe(true);
    }
    expect(points).toEqual([
      [4, 50, [10, 100]],
      [8, 50, [10, 100]],
    ]);
    const before = await readdir(cacheFolder);
    const bad = sweepReferenceIndex({ ...asked, Ms: [4, 1], efConstructions: [60] });
    await expect(bad.next()).rejects.toMatchObject({ code: 'truth.reference-index' });
    expect(await readdir(cacheFolder)).toEqual(before);
  });
});

describe('the build of hnswlib-node', () => {
  const record = (flags: string) =>
    `cmd_Release/obj.target/addon/src/addon.o := g++ -o Release/addon.o ../src/addon.cc '-DX=1' -I/usr/include -fPIC -pthread -Wall -m64 ${flags} -std=gnu++17 -MMD -MF ./x.d.raw   -c\nRelease/obj.target/addon/src/addon.o: ../src/addon.cc\n`;

  it('is told by the flags that node-gyp recorded', () => {
    expect(buildOf(record('-O3'))).toEqual({ kind: 'portable', flags: ['-m64', '-O3'] });
    expect(buildOf(record('-O3 -march=native -O3'))).toEqual({
      kind: 'native',
      flags: ['-m64', '-O3', '-march=native', '-O3'],
    });
    expect(buildOf(record('-O2 -mavx2 -mfma')).kind).toBe('tuned');
    expect(buildOf(record('-O3 -march=x86-64-v3')).kind).toBe('tuned');
  });

  it('is unknown where there is no record of a compilation', () => {
    for (const text of ['', 'cmd_x := ln -f a b\n', '\u0000binary', 'g++ -march=native -c']) {
      expect(buildOf(text)).toEqual({ kind: 'unknown', flags: [] });
    }
  });

  it('is known here', async () => {
    const build = await hnswlibBuild();
    expect(build.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(['native', 'tuned', 'portable', 'unknown']).toContain(build.kind);
  });
});
