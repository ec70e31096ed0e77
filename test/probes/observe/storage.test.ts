import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storageFindings } from '../../../src/probes/find/storage.ts';
import { isOwnKey } from '../../../src/probes/observe/own-key.ts';
import { observeStorage } from '../../../src/probes/observe/storage.ts';
import type { Backend, BackendStorage } from '../../../src/wire/backend.ts';
import { unsupported } from '../../../src/wire/outcome.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../../support/in-process.ts';

const signal = new AbortController().signal;
const timing = { startedMs: 0, endedMs: 1 };
const ok = <Value>(value: Value) => ({
  kind: 'ok' as const,
  value,
  status: 200,
  sizeBytes: 0,
  timing,
});
const refused = (status: number) => ({
  kind: 'http' as const,
  status,
  detail: `status ${status}`,
  sizeBytes: 0,
  timing,
});

/** A store that joins paths below `/data/objects` and removes as `rm -r` does. */
async function joining({
  takes,
  seesPrefix = true,
}: {
  takes: (key: string) => boolean;
  seesPrefix?: boolean;
}) {
  const files = new Map([
    ['/data/objects/customer/contract.txt', Buffer.from('x')],
    ['/data/other', Buffer.from('y')],
  ]);
  const sent: string[] = [];
  const pathOf = (key: string) => posix.join('/data/objects', key);
  const storage: BackendStorage = {
    put: async ({ key, bytes }) => {
      sent.push(`put ${key}`);
      if (!takes(key)) return refused(400);
      files.set(pathOf(key), Buffer.from(bytes));
      return ok({}) as never;
    },
    get: async ({ key }) => {
      const bytes = files.get(pathOf(key));
      return bytes === undefined ? refused(404) : ok({ bytes, partial: false, sizeBytes: null });
    },
    delete: async ({ key }) => {
      sent.push(`delete ${key}`);
      const path = pathOf(key);
      for (const file of files.keys()) {
        if (file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)) files.delete(file);
      }
      return ok({}) as never;
    },
    list: async ({ prefix }) => {
      const keys = [...files.keys()]
        .filter((path) => path.startsWith('/data/objects/'))
        .map((path) => path.slice('/data/objects/'.length))
        .filter((key) => !seesPrefix || key.startsWith(prefix));
      return ok({
        objects: keys.sort().map((key) => ({ key, sizeBytes: null })),
        cursor: null,
      });
    },
  };
  const world = await inProcessWorld({ documents: 3, needs: 1, seed: 1 });
  const backend: Backend = { ...inProcessBackend(world, exactSearch(world)), storage };
  return { backend, files, sent };
}

async function probed(how: Parameters<typeof joining>[0]) {
  const [a, b] = [await joining(how), await joining(how)];
  const record = await observeStorage({ incumbent: a.backend, candidate: b.backend }, { signal });
  return { sides: [a, b], record, findings: storageFindings(record) };
}

const CUSTOMER = ['/data/objects/customer/contract.txt', '/data/other'];

describe('a store that joins paths and removes folders', () => {
  it('keeps what others put there, where it refuses .. in a put alone', async () => {
    const { sides, record } = await probed({ takes: (key) => !key.split('/').includes('..') });
    for (const { files } of sides) expect([...files.keys()].sort()).toEqual(CUSTOMER);
    expect(record.leftBehind).toEqual([]);
  });

  it('is sent no delete at its end where it refused every put', async () => {
    const { sides, record } = await probed({ takes: () => false });
    for (const { files, sent } of sides) {
      expect([...files.keys()].sort()).toEqual(CUSTOMER);
      const steps = record.steps.filter(({ action }) => action === 'delete');
      expect(sent.filter((line) => line.startsWith('delete'))).toHaveLength(steps.length);
    }
  });

  it('keeps it where it takes every key, and what lies beyond its root is named', async () => {
    const { sides, record } = await probed({ takes: () => true });
    for (const { files, sent } of sides) {
      expect([...files.keys()].filter((path) => !path.includes('parity-escape'))).toEqual(CUSTOMER);
      const ends = sent.filter((line) => /(^|[/ ])\.\.$/.test(line));
      expect(ends.every((line) => line.includes('/a/b/c/d/e/..'))).toBe(true);
    }
    expect(record.leftBehind).toEqual(
      ['incumbent', 'candidate'].map((side) =>
        expect.stringMatching(new RegExp(`^${side}: \\.\\./parity-escape-.* \\(taken, and not`)),
      ),
    );
  });

  it('keeps what it lists without regard to the prefix', async () => {
    const { sides, record } = await probed({
      takes: (key) => !key.split('/').includes('..'),
      seesPrefix: false,
    });
    for (const { files } of sides) expect([...files.keys()].sort()).toEqual(CUSTOMER);
    expect(record.leftBehind).toEqual([]);
  });
});

describe('isOwnKey', () => {
  it.each([
    ['probe/a', true],
    ['/probe/a', true],
    ['probe/x/../y', true],
    ['probe/a//b', true],
    ['probe/..a.b..', true],
    ['probe/../outside', true],
    ['probe/', false],
    ['probe/.', false],
    ['probe/..', false],
    ['probe/a/..', false],
    ['probe/../other', false],
    ['probe/../../outside', false],
    ['../outside', false],
    ['..', false],
    ['x/../probe/a', false],
    ['other', false],
    ['', false],
  ])('%j: %j', (key, expected) => {
    expect(isOwnKey(key, 'probe/', 'outside')).toBe(expected);
  });
});

it('says nothing of a store that is not there', async () => {
  const world = await inProcessWorld({ documents: 3, needs: 1, seed: 1 });
  const backend = inProcessBackend(world, exactSearch(world));
  const none = async () => unsupported<never>('none');
  const storage = { put: none, get: none, list: none, delete: none };
  const pair = { incumbent: { ...backend, storage }, candidate: { ...backend, storage } };
  expect((await observeStorage(pair, { signal })).leftBehind).toEqual([]);
});
