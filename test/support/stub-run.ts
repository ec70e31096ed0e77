import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, resolveConfig } from '../../src/config/resolve.ts';
import type { UserConfig } from '../../src/config/schema.ts';
import type { Progress } from '../../src/progress.ts';
import type { StubDocument } from './stub-gateway.ts';

/** Sixty documents that are easy to tell apart. */
export const STUB_DOCUMENTS: readonly StubDocument[] = Array.from({ length: 60 }, (_, at) => ({
  id: `d-${at}`,
  text: `lot${at} in hall${at % 7} near gate${at % 11} kept by clerk${at % 13}`,
}));

/** A configuration over a corpus of such documents, asked 20 needs of their own words; nothing is timed. */
export async function stubConfig(
  documents: readonly StubDocument[],
  urls: { readonly incumbent: string; readonly candidate: string },
  changes: UserConfig = {},
): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'stub-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const queries = Array.from({ length: 20 }, (_, at) => ({
    id: `q-${at}`,
    need: `n-${at}`,
    text: `lot${at * 3} clerk${(at * 3) % 13}`,
    slices: [],
    collections: ['stock'],
  }));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: 'stub',
      collections: [{ name: 'stock', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  await writeFile(
    join(folder, 'documents.jsonl'),
    lines(documents.map((document) => ({ ...document, metadata: {} }))),
  );
  await writeFile(join(folder, 'queries.jsonl'), lines(queries));
  await writeFile(join(folder, 'judgments.tsv'), 'q-0\tstock/d-0\t1\n');
  const side = (url: string) => ({ url, dialect: 'rust-lakehouse' });
  const value: UserConfig = {
    corpus: folder,
    runs: join(folder, 'runs'),
    incumbent: side(urls.incumbent),
    candidate: side(urls.candidate),
    latency: { blockPairs: 0 },
    throughput: { requestsPerSlice: 0 },
    ...changes,
  };
  const flags = [{ origin: 'test', value }];
  return (await resolveConfig({ cwd: folder, env: {}, flags })).config;
}

/** Progress that keeps its notes. */
export function notes(): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    stage: () => {},
    tick: () => {},
    remark: () => {},
    note: (line) => {
      lines.push(line);
    },
  };
}
