import { expect, it, onTestFinished } from 'vitest';
import type { Collection } from '../../../src/corpus/types.ts';
import { findCanaries } from '../../../src/observe/canaries/find-canaries.ts';
import { preflight } from '../../../src/observe/preflight/preflight.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';
import { compose } from '../../../src/wire/compose.ts';
import { listed } from './listed.ts';

it('finds the short lists of pgvector, and none under iterative scans', async () => {
  const many: Collection = {
    name: 'many',
    documents: Array.from({ length: 3_000 }, (_, at) => ({
      id: `d-${at}`,
      text: `t ${at}`,
      metadata: { rare: at % 150 === 0 },
    })),
  };
  const embed = listed({});
  const spread = (text: string) => {
    const at = Number(text.slice(2)) || 0;
    return Float32Array.of(Math.sin(at), Math.cos(at), Math.sin(at / 2_000), Math.cos(at / 2_000));
  };
  const embedder: Backend = {
    ...embed,
    embed: async ({ texts }) => ({
      kind: 'ok',
      value: { vectors: texts.map(spread), dimension: 4, model: null },
      status: 200,
      sizeBytes: 0,
      timing: { startedMs: 0, endedMs: 1 },
    }),
  };
  const options = { timeouts: { connectMs: 2_000, requestMs: 20_000 }, env: {} };
  const side = async (parameters: string) => {
    const index = backendOfUrl(`pglite:memory?seqscan=off&${parameters}`, options);
    const backend = compose({ embed: embedder, index });
    onTestFinished(() => backend.close());
    const request = { collection: 'many', documents: many.documents, isLast: true };
    expect(await call(backend, 'ingest', request)).toMatchObject({ kind: 'ok' });
    const pair = { incumbent: backend, candidate: backend };
    const asked = {
      collections: [many],
      operations: ['search'] as const,
      embeds: [],
      k: 10,
      model: null,
      signal: new AbortController().signal,
      metric: undefined,
    };
    const said = await preflight(pair, asked);
    return (await findCanaries(pair, said, asked)).filter(({ side }) => side === 'incumbent');
  };
  expect(await side('ef_search=10')).toMatchObject([
    { kind: 'page-limit', asked: 11, got: 10 },
    { kind: 'short-filtered-list', matching: 20 },
  ]);
  expect(await side('ef_search=200&iterative_scan=strict_order')).toEqual([]);
});
