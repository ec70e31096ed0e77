import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canariesOfDescription } from '../../../src/observe/canaries/described.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { call } from '../../../src/wire/call.ts';
import { type PgliteOptions, pglite } from '../../../src/wire/postgres/pglite.ts';
import { pgliteConnections } from '../../../src/wire/postgres/pglite-database.ts';
import { changeSql } from '../../../src/wire/postgres/settings.ts';
import { answerOf } from '../contract/contract.ts';
import { contractVector, DOCUMENTS } from '../contract/documents.ts';

const collection = 'shared';
const vector = contractVector(77);

describe('two backends of one folder', () => {
  let folder = '';
  let hnsw: Backend;
  const opened: Backend[] = [];
  const open = (options: PgliteOptions): Backend => {
    const backend = pglite({ folder: join(folder, 'db'), ...options });
    opened.push(backend);
    return backend;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pglite-'));
    hnsw = open({ seqscan: false });
    answerOf(await call(hnsw, 'ingest', { collection, documents: DOCUMENTS, isLast: true }));
  });
  afterAll(async () => {
    await Promise.all(opened.map((backend) => backend.close()));
    await rm(folder, { recursive: true, force: true });
  });
  const ids = async (backend: Backend, request: object = {}) =>
    answerOf(await call(backend, 'search', { collection, vector, k: 10, ...request })).hits.map(
      ({ id }) => id,
    );
  const planOf = async (backend: Backend) =>
    answerOf(await call(backend, 'describe', { collection })).parameters.plan;

  it('see the same rows, each with its own settings, in any order', async () => {
    const exact = open({ exact: true });
    const [first, one, two] = [await ids(exact), await ids(hnsw, { effort: 1 }), await ids(exact)];
    expect(first).toHaveLength(10);
    expect(two).toEqual(first);
    // hnsw.ef_search bounds how many rows a scan gives.
    expect(one).toHaveLength(1);
    expect(await ids(hnsw)).toHaveLength(10);
  });

  it('say which plan a search gets', async () => {
    expect(await planOf(hnsw)).toMatch(/^Index Scan using .*embedding/);
    expect(await planOf(open({ exact: true }))).toBe('Seq Scan');
    expect(answerOf(await call(hnsw, 'describe', { collection })).parameters).toMatchObject({
      m: 16,
      ef_construction: 64,
      enable_seqscan: 'off',
    });
  });

  it('give short lists where a filter is applied after the scan, and full ones by iterative scans', async () => {
    const filter = { city: 'Oslo' };
    const effort = 20;
    expect((await ids(hnsw, { filter, effort })).length).toBeLessThan(10);
    const iterative = open({ seqscan: false, iterativeScan: 'strict_order' });
    expect(await ids(iterative, { filter, effort })).toHaveLength(10);
  });

  it('replace no table of another kind: a table without the columns ends as an outcome', async () => {
    const odd = open({ vectorColumn: 'no_such_column' });
    const outcome = await call(odd, 'search', { collection, vector, k: 1 });
    expect(outcome).toMatchObject({ kind: 'rejected', code: '42703' });
  });

  it('keep 16 bits a number where asked to', async () => {
    const half = open({ type: 'halfvec', table: 'half' });
    answerOf(await call(half, 'ingest', { collection, documents: DOCUMENTS, isLast: true }));
    const info = answerOf(await call(half, 'describe', { collection }));
    expect(info).toMatchObject({ quantisation: 'float16', index: 'hnsw', indexedCount: 300 });
    const listed = answerOf(
      await call(half, 'list', { collection, limit: 1000, vectors: true }),
    ).documents;
    const own = new Map(DOCUMENTS.map((document) => [document.id, document.vector]));
    expect(listed).toHaveLength(300);
    for (const document of listed) {
      for (const [i, value] of (document.vector ?? []).entries()) {
        expect(Math.abs(value - (own.get(document.id)?.[i] ?? 9))).toBeLessThan(0.0005);
      }
    }
  });

  it('count the rows that the index leaves out: a zero vector has no cosine', async () => {
    const documents = [
      ...DOCUMENTS.slice(0, 3),
      { id: 'zero', text: 'zero', metadata: {}, vector: new Float32Array(8) },
    ];
    const zero = open({ table: 'with_zero', seqscan: false });
    answerOf(await call(zero, 'ingest', { collection, documents, isLast: true }));
    const info = answerOf(await call(zero, 'describe', { collection }));
    expect(info).toMatchObject({ count: 4, indexedCount: 3 });
    expect(await ids(zero)).toHaveLength(3);
    const { hits } = answerOf(
      await call(zero, 'search', { collection, vector, k: 4, exact: true }),
    );
    expect(hits.map(({ id }) => id)).toContain('zero');
    expect(hits.find(({ id }) => id === 'zero')?.similarity).toBeNaN();
  });

  it('name an index over an expression, and the plan that does without it', async () => {
    const plain = open({ table: 'expression', index: 'none' });
    answerOf(await call(plain, 'ingest', { collection, documents: DOCUMENTS, isLast: true }));
    const shared = await pgliteConnections(join(folder, 'db'));
    const make =
      'CREATE INDEX ON expression USING hnsw ((embedding::halfvec(8)) halfvec_cosine_ops)';
    await shared.use(new AbortController().signal, ({ run }) => run(make));
    await shared.close();
    const searched = open({ table: 'expression', seqscan: false });
    const info = answerOf(await call(searched, 'describe', { collection }));
    expect(info).toMatchObject({
      index: 'hnsw',
      distance: 'cosine',
      exactAsked: false,
      parameters: { plan: 'Seq Scan' },
    });
    expect(canariesOfDescription('candidate', collection, info, 'cosine')).toMatchObject([
      { kind: 'sequential-scan', plan: 'Seq Scan', index: 'hnsw' },
    ]);
  });

  it('read a table whose fields are columns, with an id that is a number', async () => {
    const plain = open({ table: 'plain' });
    answerOf(await call(plain, 'ingest', { collection, documents: DOCUMENTS.slice(0, 1) }));
    const columns = open({
      table: 'pg_catalog.pg_class',
      idColumn: 'relname',
      vectorColumn: 'relnatts',
      metadataColumn: null,
    });
    const { documents, cursor } = answerOf(
      await call(columns, 'list', { collection, limit: 3, vectors: false }),
    );
    expect(documents).toHaveLength(3);
    expect(cursor).toBe(documents[2]?.id);
    expect(documents[0]?.metadata).toHaveProperty('relkind');
    expect(documents[0]?.metadata).not.toHaveProperty('relname');
  });
});

describe('settings of a connection', () => {
  it('are changed only where they differ, and go back to their defaults', () => {
    const has = new Map([
      ['enable_indexscan', 'off'],
      ['hnsw.ef_search', '40'],
    ]);
    expect(changeSql(has, has)).toBe('');
    expect(changeSql(has, new Map([['hnsw.ef_search', '10']]))).toBe(
      'SET hnsw.ef_search = 10; RESET enable_indexscan;',
    );
  });

  it('are refused where they are no whole number', () => {
    expect(() => pglite({ effort: 1.5 })).toThrow('effort must be a whole number above 0');
  });
});
