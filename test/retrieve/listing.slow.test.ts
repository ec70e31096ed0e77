import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrieveCommand } from '../../bench/backends/retrieve.ts';
import type { Findings } from '../../src/parity/findings.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import { rescore } from '../../src/rescore.ts';
import { readStoredVectors } from '../../src/retrieve/listing/read-listing.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { call } from '../../src/wire/call.ts';
import { hnsw } from '../../src/wire/hnsw/hnsw.ts';
import { sqliteVec } from '../../src/wire/sqlite-vec/sqlite-vec.ts';
import { runCommand } from '../support/run-command.ts';
import { type VectorCorpus, vectorCorpus } from '../sweep/vector-corpus.ts';

interface Printed {
  readonly run: string;
  readonly findings: Findings;
  readonly verdict: {
    readonly gates: readonly {
      readonly name: string;
      readonly state: string;
      readonly gated: boolean;
      readonly reason: string;
    }[];
    readonly notVerified: readonly string[];
  };
}

describe('the listings of both sides', () => {
  let made: VectorCorpus;
  beforeAll(async () => {
    made = await vectorCorpus({ documents: 300, queries: 30, dimension: 8 });
    const file = (name: string): string => join(made.folder, name);
    await fill(sqliteVec({ file: file('whole.db') }), (rows) => rows);
    await fill(sqliteVec({ file: file('holes.db') }), (rows) =>
      rows.filter(({ id }) => id !== 'd9'),
    );
    await fill(sqliteVec({ file: file('stale.db') }), (rows) =>
      rows.map((row, at) => (at % 10 === 0 ? { ...row, vector: row.vector.toReversed() } : row)),
    );
    await fill(hnsw({ file: file('whole') }), (rows) => rows);
    await fill(hnsw({ file: file('faulty') }), (rows) =>
      rows
        .filter(({ id }) => id !== 'd7' && id !== 'd9')
        .map((row) => (row.id === 'd11' ? { ...row, vector: row.vector.map((x) => -x) } : row))
        .concat({ id: 'stranger', vector: made.documents[0]?.vector ?? [] }),
    );
  });
  afterAll(() => made.remove());

  type Rows = readonly { readonly id: string; readonly vector: readonly number[] }[];
  const fill = async (backend: Backend, change: (rows: Rows) => Rows): Promise<void> => {
    const [collection = ''] = await collections();
    const documents = change(made.documents).map(({ id, vector }) => ({
      id,
      text: id,
      metadata: {},
      vector: Float32Array.from(vector),
    }));
    const outcome = await call(backend, 'ingest', { collection, documents, isLast: true });
    expect(outcome.kind).toBe('ok');
    await backend.close();
  };
  const collections = async (): Promise<string[]> => {
    const { loadCorpus } = await import('../../src/corpus/load.ts');
    return (await loadCorpus(made.corpus)).collections.map(({ name }) => name);
  };
  const compared = async (
    incumbent: string,
    candidate: string,
    ...more: string[]
  ): Promise<Printed> => {
    const { stdout, stderr } = await runCommand(
      retrieveCommand,
      [
        ...['retrieve', '--corpus', made.corpus, '--embed', 'corpus', '--runs', 'runs', '--json'],
        ...['--incumbent', incumbent, '--candidate', candidate, ...more],
        ...[
          'operations=["search"]',
          'latency.blockPairs=0',
          'throughput.requestsPerSlice=0',
        ].flatMap((set) => ['--set', set]),
      ],
      { cwd: made.folder },
    );
    expect(stdout, stderr).not.toBe('');
    return JSON.parse(stdout) as Printed;
  };
  const gateOf = ({ verdict }: Printed, name: string) =>
    verdict.gates.find((gate) => gate.name === name);

  it('show that both hold the same documents and the same vectors', async () => {
    const printed = await compared('sqlite-vec://whole.db', 'hnsw://whole?ef=300');
    const { listing } = printed.findings;
    for (const side of [listing?.incumbent, listing?.candidate]) {
      expect(side).toMatchObject({ state: 'complete', documents: 300, vectors: 300, repeated: 0 });
      expect(side?.missing).toEqual({ count: 0, named: [] });
      expect(side?.againstEmbeddings?.cosineMin).toBeGreaterThan(0.999999);
    }
    expect(listing?.between).toMatchObject({ compared: 300, isAlike: true });
    expect(gateOf(printed, 'listing')).toMatchObject({ state: 'pass', gated: true });
    expect(gateOf(printed, 'stored vectors')).toMatchObject({ state: 'pass', gated: true });
    expect(printed.verdict.notVerified.join()).not.toContain('not read from the stores');
    // The vectors of a store, for whoever wants truth over them.
    const stored = await readStoredVectors(await openRun(printed.run), 'incumbent');
    expect(stored?.ids).toHaveLength(300);
    const row = stored?.ids.findIndex((id) => id.endsWith('/d5')) ?? -1;
    const values = [...(stored?.values.subarray(row * 8, row * 8 + 8) ?? [])];
    expect(values).toEqual(made.documents[5]?.vector);
  });

  it('name what the candidate alone lacks, what is strange, and whose vector is another', async () => {
    const printed = await compared('sqlite-vec://holes.db', 'hnsw://faulty?ef=300');
    const { listing } = printed.findings;
    const ending = (keys: readonly string[] | undefined) => keys?.map((key) => key.split('/')[1]);
    expect(ending(listing?.incumbent.missing.named)).toEqual(['d9']);
    expect(ending(listing?.candidate.missing.named)).toEqual(['d7', 'd9']);
    expect(ending(listing?.candidate.missingAlone.named)).toEqual(['d7']);
    expect(ending(listing?.candidate.extra.named)).toEqual(['stranger']);
    expect(ending(listing?.between?.differing.named)).toEqual(['d11']);
    const gate = gateOf(printed, 'listing');
    expect(gate).toMatchObject({ state: 'fail', gated: true });
    expect(gate?.reason).toMatch(
      /^1 document is in the incumbent's listing.*\/d7; 1 of the corpus/,
    );
    const vectors = gateOf(printed, 'stored vectors');
    expect(vectors).toMatchObject({ state: 'fail', gated: true });
    expect(vectors?.reason).toContain('/d11');
    expect((await rescore(printed.run)).differing).toEqual([]);
    const swapped = await rescore(printed.run, { swap: true });
    const { listing: other } = swapped.findings as unknown as Findings;
    expect(ending(other?.candidate.missingAlone.named)).toEqual([]);
    expect(ending(other?.incumbent.missingAlone.named)).toEqual(['d7']);
  });

  it('give the truth over what the incumbent stores, where that is asked for', async () => {
    const recall = ({ findings }: Printed) =>
      findings.cells[0]?.quality.find(
        ({ metric }) => (metric as unknown as string) === 'recall@10',
      );
    const sides = ['sqlite-vec://stale.db', 'hnsw://whole?ef=300'] as const;
    const byTexts = recall(await compared(...sides));
    expect(byTexts?.incumbent.mean).toBeLessThan(0.99);
    expect(byTexts?.candidate.mean).toBe(1);
    const printed = await compared(...sides, '--set', 'truth=stored');
    const byStore = recall(printed);
    expect(byStore?.incumbent.mean).toBe(1);
    expect(byStore?.candidate.mean).toBeCloseTo(byTexts?.incumbent.mean ?? 0, 1);
    expect(byStore?.candidate.mean).toBeLessThan(0.99);
    expect((await rescore(printed.run)).differing).toEqual([]);
  });

  it('charge the candidate with nothing that is wrong on the incumbent alone', async () => {
    const printed = await compared('hnsw://faulty?ef=300', 'sqlite-vec://whole.db');
    expect(gateOf(printed, 'listing')).toMatchObject({ state: 'pass' });
    expect(gateOf(printed, 'stored vectors')).toMatchObject({ state: 'pass' });
  });
});
