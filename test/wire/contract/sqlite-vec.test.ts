import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteVec } from '../../../src/wire/sqlite-vec/sqlite-vec.ts';
import { contract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-vec-'));
const remove = async () => rmSync(folder, { recursive: true, force: true });
const exact = { vectorError: 0, scoreError: 1e-6, index: 'flat' };

contract({
  name: 'sqlite-vec in a file',
  open: () => sqliteVec({ file: join(folder, 'a.db'), table: 'x "{collection}"' }),
  distance: 'cosine',
  broken: [
    {
      name: 'no such folder',
      open: () => sqliteVec({ file: join(folder, 'none', 'a.db') }),
      kind: 'rejected',
    },
  ],
  remove,
  ...exact,
});

contract({
  name: 'sqlite-vec in memory, euclidean',
  open: () => sqliteVec({ distance: 'euclidean' }),
  distance: 'euclidean',
  ...exact,
});
