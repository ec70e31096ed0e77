import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { call } from '../../../src/wire/call.ts';
import { hnsw } from '../../../src/wire/hnsw/hnsw.ts';
import { answerOf, contract } from './contract.ts';
import { contractVector, DOCUMENTS } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'hnsw-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'broken'), 'no index');
writeFileSync(join(folder, 'broken.json'), '{"distance":"cosine"}');

const all = { scoreError: 1e-6, index: 'hnsw', fullEffort: 1000 };
const at = (name: string) => join(folder, `${name}-{collection}`);

contract({
  name: 'hnswlib, cosine',
  open: () => hnsw({ file: at('cosine'), effort: 300 }),
  distance: 'cosine',
  normalises: true,
  vectorError: 1e-6,
  broken: [
    {
      name: 'a damaged file',
      open: () => hnsw({ file: join(folder, 'broken') }),
      kind: 'rejected',
      isHealthy: true,
    },
  ],
  ...all,
});

contract({
  name: 'hnswlib, dot product',
  open: () => hnsw({ file: at('dot'), distance: 'dot', effort: 300 }),
  distance: 'dot',
  vectorError: 0,
  ...all,
});

describe('an index file of hnswlib', () => {
  it('gives the same answers once it is written and read again', async () => {
    const collection = 'c';
    const open = () => hnsw({ file: at('again'), m: 4, efConstruction: 20 });
    const ids = async (backend: ReturnType<typeof open>) => {
      const request = { collection, vector: contractVector(5), k: 10, effort: 10 };
      return answerOf(await call(backend, 'search', request)).hits.map(({ id }) => id);
    };
    const first = open();
    answerOf(await call(first, 'ingest', { collection, documents: DOCUMENTS, isLast: true }));
    const wanted = await ids(first);
    await first.close();
    const second = open();
    expect(await ids(second)).toEqual(wanted);
    const { parameters, count } = answerOf(await call(second, 'describe', { collection }));
    expect(count).toBe(300);
    expect(parameters).toMatchObject({ M: 4, efConstruction: 20 });
  });
});
