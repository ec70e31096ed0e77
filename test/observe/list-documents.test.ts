import { describe, expect, it } from 'vitest';
import { listDocuments } from '../../src/observe/list-documents.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import type { RunWriter } from '../../src/record/run/run-writer.ts';
import type { VectorTable } from '../../src/record/types.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { ListRequest, ListResponse } from '../../src/wire/operations.ts';

const CORPUS = {
  collections: [
    { name: 'c', documents: [{ id: 'a', text: '', metadata: {} }] },
    { name: 'd', documents: [{ id: 'b', text: '', metadata: {} }] },
  ],
};

async function listed(
  pages: (request: ListRequest) => ListResponse,
  { limit = 50, count = null as number | null } = {},
) {
  const tables: [string, VectorTable][] = [];
  let asked = 0;
  const backend = {
    label: 'stub',
    capabilities: capabilitiesOf({
      operations: { list: 'LIST', ...(count === null ? {} : { describe: 'COUNT' }) },
      vectors: true,
    }),
    describe: async () => ({ kind: 'ok', value: { count } }),
    list: async (request: ListRequest) => {
      if (++asked > limit) throw new Error('it never ends');
      const timing = { startedMs: 0, endedMs: 0 };
      return { kind: 'ok', value: pages(request), status: null, sizeBytes: 0, timing };
    },
  } as unknown as Backend;
  const writer = {
    writeVectors: async (name: string, table: VectorTable) => void tables.push([name, table]),
  } as unknown as RunWriter;
  const { signal } = new AbortController();
  const result = await listDocuments(backend, 'incumbent', CORPUS, {
    writer,
    progress: NO_PROGRESS,
    signal,
  });
  return { result, tables };
}

const row = (id: string, values?: number[]) =>
  values === undefined ? { id } : { id, vector: Float32Array.from(values) };

describe('a listing', () => {
  it('reads every page of every collection, and keeps rows of another dimension apart', async () => {
    const { result, tables } = await listed(({ collection, cursor }) => {
      if (collection === 'd') return { documents: [row('b')], cursor: null };
      return cursor === undefined
        ? { documents: [row('a', [1, 2])], cursor: 'next' }
        : { documents: [row('a2', [3, 4])], cursor: null };
    });
    expect(result).toEqual({ state: 'complete', detail: null, blocks: 2 });
    expect(tables.map(([name, { ids, dimension }]) => [name, ids, dimension])).toEqual([
      ['incumbent-listed-0000', ['c/a', 'c/a2'], 2],
      ['incumbent-listed-0001', ['d/b'], 0],
    ]);
    expect([...(tables[0]?.[1].values ?? [])]).toEqual([1, 2, 3, 4]);
  });

  it('ends where the same page comes again', async () => {
    const { result } = await listed(() => ({ documents: [row('a')], cursor: 'same' }));
    expect(result).toMatchObject({ state: 'failed', detail: 'the same page came twice' });
  });

  it('ends where it is of something else', async () => {
    let page = 0;
    const many = Array.from({ length: 600 }, (_, at) => row(`x${at}`));
    const { result } = await listed(() => ({ documents: many, cursor: String(++page) }));
    expect(result.state).toBe('failed');
    expect(result.detail).toContain('the corpus has 2');
  });

  it('ends where empty pages come without end, and goes on where some come between others', async () => {
    let page = 0;
    const empty = () => ({ documents: [], cursor: String(++page) });
    const { result } = await listed(empty, { limit: 2_000 });
    expect(result).toMatchObject({ state: 'failed', detail: 'empty pages without end' });
    const few = await listed(({ cursor }) =>
      cursor === '9'
        ? { documents: [], cursor: null }
        : { documents: [], cursor: `${Number(cursor ?? 0) + 1}` },
    );
    expect(few.result.state).toBe('complete');
  });

  it('is not whole where the store itself counts more', async () => {
    const pages = () => ({ documents: [row('a')], cursor: null });
    expect((await listed(pages, { count: 1 })).result.state).toBe('complete');
    expect((await listed(pages, { count: 9 })).result).toMatchObject({
      state: 'failed',
      detail: '1 document of c came, and it counts 9',
    });
  });
});
