import { mkdtempSync, rmSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { Backend } from '../../../src/wire/backend.ts';
import { call } from '../../../src/wire/call.ts';
import { lancedb } from '../../../src/wire/lancedb/lancedb.ts';
import { answerOf, contract } from './contract.ts';
import { DOCUMENTS } from './documents.ts';

/** The package weighs 160 MB and is not among the development dependencies: npm install --no-save it to run these. */
const isThere = (): boolean => {
  try {
    return findPackageJSON('@lancedb/lancedb', import.meta.url) !== undefined;
  } catch {
    return false;
  }
};
const skip = isThere() ? undefined : '@lancedb/lancedb is not installed';
const folder = mkdtempSync(join(tmpdir(), 'lancedb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const subject = { skip, vectorError: 0, scoreError: 1e-5 };

contract({
  ...subject,
  name: 'LanceDB without an index',
  open: () => lancedb({ folder: join(folder, 'flat') }),
  distance: 'cosine',
  index: 'flat',
});

contract({
  ...subject,
  name: 'LanceDB, IVF-flat, euclidean',
  open: () =>
    lancedb({
      folder: join(folder, 'ivf'),
      index: 'ivf_flat',
      partitions: 2,
      effort: 2,
      distance: 'euclidean',
    }),
  distance: 'euclidean',
  fullEffort: 2,
  index: 'ivf_flat',
});

contract({
  ...subject,
  name: 'LanceDB without an index, dot product',
  open: () => lancedb({ folder: join(folder, 'dot'), distance: 'dot' }),
  distance: 'dot',
  index: 'flat',
});

it.skipIf(skip !== undefined)(
  'tells an index of codes that is not the one of the URL',
  async () => {
    const open = (index: 'hnsw_sq' | 'ivf_flat', exact = false) => {
      const backend = lancedb({ folder: join(folder, 'codes'), index, exact });
      onTestFinished(() => backend.close());
      return backend;
    };
    const collection = 'contract_codes';
    const request = { collection, documents: DOCUMENTS, isLast: true };
    answerOf(await call(open('hnsw_sq'), 'ingest', request));
    const said = async (backend: Backend) =>
      answerOf(await call(backend, 'describe', { collection }));
    expect(await said(open('hnsw_sq'))).toMatchObject({
      ...{ quantisation: 'int8', quantisationAsked: true, exactAsked: false },
    });
    expect(await said(open('ivf_flat', true))).toMatchObject({
      ...{ quantisation: 'int8', quantisationAsked: false, exactAsked: true },
    });
  },
);
