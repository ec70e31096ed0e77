import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderStore } from '../../../src/queue/store/folder-store.ts';
import { openStore } from '../../../src/queue/store/open-store.ts';
import { s3Store } from '../../../src/queue/store/s3-store.ts';
import {
  type SharedStore,
  seal,
  storePath,
  unseal,
} from '../../../src/queue/store/shared-store.ts';
import { type S3Server, startS3 } from './s3-server.ts';

const name = (digit: string) => ({ kind: 'lists', hash: digit.repeat(64) }) as const;
const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);

let folder = '';
let s3: S3Server;
const stores: Record<string, SharedStore> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  s3 = await startS3();
  stores.folder = folderStore(folder);
  stores.s3 = await s3Store('s3://parity/some/where/', s3.env);
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
function storeOf(kind: string): SharedStore {
  const store = stores[kind];
  if (store === undefined) throw new Error(kind);
  return store;
}

describe.each(['folder', 's3'])('a store: %s', (kind) => {
  it('gives back what it was given, and nothing where there is nothing', async () => {
    const store = storeOf(kind);
    expect(await store.get(name('a'))).toBeNull();
    expect(await store.has(name('a'))).toBe(false);
    expect(await store.putOnce(name('a'), bytes)).toBe(true);
    expect(await store.has(name('a'))).toBe(true);
    expect(await store.get(name('a'))).toEqual(bytes);
  });

  it('writes once, whoever else writes', async () => {
    const store = storeOf(kind);
    const all = await Promise.all([1, 2, 3, 4].map(() => store.putOnce(name('b'), bytes)));
    expect(all.filter((written) => written).length).toBeGreaterThanOrEqual(1);
    expect(await store.putOnce(name('b'), bytes.slice(1))).toBe(false);
    expect(await store.get(name('b'))).toEqual(bytes);
    await store.remove(name('b'));
    expect(await store.get(name('b'))).toBeNull();
    expect(await store.putOnce(name('b'), bytes.slice(1))).toBe(true);
  });

  it('takes nothing but a kind and a hash for a name', async () => {
    const store = storeOf(kind);
    for (const hash of ['../../../../etc/passwd', `${'a'.repeat(60)}/../x`, '', 'A'.repeat(64)]) {
      const outside = { kind: 'lists', hash } as const;
      await expect(async () => await store.get(outside)).rejects.toMatchObject({
        code: 'store-name',
      });
      await expect(async () => await store.putOnce(outside, bytes)).rejects.toMatchObject({
        code: 'store-name',
      });
    }
    expect(() => storePath({ kind: '../lists' as 'lists', hash: 'a'.repeat(64) })).toThrow(
      'names no',
    );
  });
});

describe('a folder', () => {
  it('holds no draft when a write is through', async () => {
    await storeOf('folder').putOnce(name('c'), bytes);
    const files = await readdir(join(folder, 'lists'));
    expect(files.filter((file) => file.endsWith('.draft'))).toEqual([]);
    expect(new Uint8Array(await readFile(join(folder, 'lists', 'c'.repeat(64))))).toEqual(bytes);
  });

  it('that cannot be written is an error that names it', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(folderStore(file).putOnce(name('a'), bytes)).rejects.toMatchObject({
      code: 'store',
      exitCode: 4,
    });
  });
});

describe('S3', () => {
  it('is asked by a conditional put, and refuses the second one', async () => {
    const before = s3.refused();
    await storeOf('s3').putOnce(name('d'), bytes);
    await storeOf('s3').putOnce(name('d'), bytes);
    expect(s3.refused() - before).toBe(1);
  });

  it('refuses a wrong key, and the error holds no credential', async () => {
    const env = { ...s3.env, AWS_SECRET_ACCESS_KEY: 'hidden-word' };
    const store = await s3Store('s3://parity', env);
    const error: unknown = await store.putOnce(name('e'), bytes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'store', message: expect.stringContaining('status 403') });
    expect(JSON.stringify(error) + String(error) + store.label).not.toContain('hidden-word');
  });

  it('needs credentials from the environment, and an address without a way out', async () => {
    const open = (address: string, env = {}) => openStore({ address, cwd: folder, env });
    await expect(open('s3://parity')).rejects.toMatchObject({ code: 'store-credentials' });
    for (const address of ['s3://', 's3://UP', 's3://parity/../x', 'ftp://host/x', '']) {
      await expect(open(address, s3.env), address).rejects.toMatchObject({ code: 'store-address' });
    }
  });
});

it('what is sealed shows any change', () => {
  const sealed = seal(bytes);
  expect(unseal(sealed)?.bytes).toEqual(bytes);
  for (const at of [0, 31, 32, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(unseal(changed)).toBeNull();
  }
  expect(unseal(sealed.subarray(0, 40))).toBeNull();
});
