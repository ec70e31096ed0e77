import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const MARGINS = ['--gates.recall.margin=0.02', '--gates.ndcg.margin=0.02'];

let folder = '';
/** 160 needs; in the second run the candidate lacks the tenth document of half of the answers. */
let same = '';
let worse = '';
let few = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stored-runs-'));
  const size = { queries: 320, documents: 20, latencyPairs: 2 };
  same = await storeRun(syntheticRun(size), folder);
  worse = await storeRun(
    syntheticRun({
      ...size,
      tamper: (hits, { arm, queryIndex }) =>
        arm.startsWith('B') && queryIndex >= 0 && queryIndex % 10 < 5 ? hits.slice(0, 9) : hits,
    }),
    folder,
  );
  few = await storeRun(syntheticRun({ queries: 40, latencyPairs: 2 }), folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function bench(...argv: string[]) {
  const io = bufferIo({ cwd: folder });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

describe('bench compare', () => {
  it('of a run with itself finds no difference, and says how many queries match', async () => {
    const { code, out } = await bench('compare', same, same, '--gate', '--full', ...MARGINS);
    expect(code).toBe(0);
    expect(out).toContain('320 queries match (of 320 and 320)');
    expect(out).toContain('documents and judgments are the same');
    expect(out.match(/No query differs in this direction/g)).toHaveLength(2);
    expect(out).not.toMatch(/\| (fail|inconclusive)/);
  });

  it('reports losses worst first and exits 0; with --gate it exits 1', async () => {
    const { code, out } = await bench('compare', same, worse, '--top', '5', '-o', 'markdown');
    expect(code).toBe(0);
    const row = out.split('\n').find((line) => /retrieve \| candidate \| recall@10 /.test(line));
    expect(row).toContain('| −0.0500 |');
    expect(row).toContain('|    160 |');
    const unchanged = out
      .split('\n')
      .find((line) => /retrieve \| incumbent \| recall@10 /.test(line));
    expect(unchanged).toContain('|  0.0000 |');
    expect(out).toMatch(/Losses in recall@10 and ndcg@10, worst first/);
    expect(out).toMatch(/and [\d,]+ more: --top \d+ shows all/);
    const judged = await bench('compare', same, worse, '--gate', '-o', 'markdown', ...MARGINS);
    expect(judged.code).toBe(1);
    expect(judged.out).toMatch(/recall@10 +\| retrieve \| fail/);
    expect((await bench('compare', worse, same, '--gate', ...MARGINS)).code).toBe(0);
    expect(
      (
        await bench(
          'compare',
          same,
          worse,
          '--gate',
          '--gates.recall.margin=0.1',
          '--gates.ndcg.margin=0.1',
        )
      ).code,
    ).toBe(0);
  });

  it('lists single queries as JSON, losses first and the worst of them first', async () => {
    const { out } = await bench('compare', same, worse, '--json');
    const { queries } = JSON.parse(out) as {
      queries: { side: string; metric: string; queryId: string; difference: number }[];
    };
    const differences = queries.map(({ difference }) => difference);
    expect(differences).toEqual(differences.toSorted((a, b) => a - b));
    const lost = queries
      .filter(({ metric }) => metric === 'recall@10')
      .map(({ queryId }) => queryId);
    expect(lost).toContain('q-0002');
    expect(lost).not.toContain('q-0007');
    expect(queries.every(({ side }) => side === 'candidate')).toBe(true);
  });

  it('pairs what matches where the corpora differ, and says so', async () => {
    const { code, out } = await bench('compare', few, same, '--full');
    expect(code).toBe(0);
    expect(out).toContain('40 queries match (of 40 and 320)');
  });
});

describe('bench gate with margins as keys', () => {
  it('judges again; a margin that the needs cannot show, or an unknown slice, is exit 2', async () => {
    expect((await bench('gate', worse)).code).toBe(1);
    const wide = [
      '--gates.recall.margin=0.1',
      '--gates.ndcg.margin',
      '0.1',
      '--gates.errors.margin=0.02',
      '--set',
      'gates.contract.declared=[{"kind":"short","reason":"one row is cut off"}]',
    ];
    expect((await bench('gate', worse, ...wide)).code).toBe(0);
    const one = await bench('gate', worse, ...wide, '--gates.cells.retrieve.recall@10.margin=0.02');
    // A loss of at least .03 by itself, and not certain among eleven gates.
    expect(one.code).toBe(3);
    expect(one.out).toMatch(
      /inconclusive +recall@10 of retrieve: as served: the loss is at least .* \(Holm p 0\.1/,
    );
    const narrow = await bench('gate', same, '--gates.recall.margin=0.001');
    expect(narrow.code).toBe(2);
    expect(narrow.err).toMatch(/gates\.recall\.margin = 0\.001 .*; 2995 are needed/);
    const unknown = await bench('gate', same, '--gates.slices.thirds.recall.margin=0.1');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('did you mean third?');
  });

  it('judges a slice by its own margin', async () => {
    const { out } = await bench('gate', worse, '--gates.slices.third.recall.margin=0.1');
    expect(out).toMatch(
      /pass +recall@10 of retrieve in third: where both gave rows: the loss is below 0\.1/,
    );
  });
});

describe('bench baseline of a run', () => {
  it('keeps its figures, and shows their drift', async () => {
    const log = ['--log', 'baselines.jsonl', '--commit', 'abcdef1'];
    expect((await bench('baseline', 'add', same, ...log)).code).toBe(0);
    const line = JSON.parse(await readFile(join(folder, 'baselines.jsonl'), 'utf8')) as {
      corpus_sha256: string;
      metrics: Record<string, number | null>;
    };
    expect(line.corpus_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(line.metrics).toMatchObject({
      'search.candidate.recall@10': 1,
      'retrieve.delta.recall@10': 0,
      'errors.candidate': 0,
      'census.candidate.lost': 0,
    });
    const drift = await bench('baseline', 'drift', '-o', 'markdown', worse, ...log);
    expect(drift.out).toMatch(/retrieve\.candidate\.recall@10 +\| +1 \| +0\.95 \| +−0\.05/);
    const check = ['baseline', 'check', worse, ...log, '--tolerance'];
    expect((await bench(...check, 'retrieve.candidate.recall@10=-0.005')).code).toBe(1);
    expect((await bench(...check, 'retrieve.incumbent.recall@10=-0.005')).code).toBe(0);
  });
});

describe('bench ledger of a run', () => {
  it('has one row a pair of endpoints with the evidence, and says when it has expired', async () => {
    const add = await bench('ledger', 'add', same);
    expect(add.err).toBe('');
    expect(add.out).toBe('search: parity cleared\nretrieve: parity cleared\n');
    const list = await bench('ledger', 'list', '-o', 'markdown');
    expect(list.out).toContain('| retrieve | ');
    expect(list.out).toMatch(
      /recall(@|&#64;)10 pass: n = 160 needs; \[−0\.018\d+, 0\.018\d+\]; 0\.02/,
    );
    expect((await bench('ledger', 'expired', '--run', same)).code).toBe(0);
    expect((await bench('ledger', 'add', worse)).out).toMatch(
      /^search: parity lost \(held since .*\)\nretrieve: parity lost \(held since .*\)\n$/,
    );
    const other = await bench('ledger', 'expired', '--run', few);
    expect(other.code).toBe(1);
    expect(other.out).toContain('the corpus has changed');
  });

  it('keeps an inconclusive run out', async () => {
    const { out } = await bench('ledger', 'add', few, '--ledger', 'other.jsonl');
    expect(out).toMatch(/^search: inconclusive, so parity is neither cleared nor lost/);
  });
});

describe('bench documents', () => {
  it('passes what its data gives, fails what differs, and writes it again', async () => {
    expect((await bench('documents', '--results', 'nowhere')).code).toBe(2);
    await bench('ledger', 'add', same, '--ledger', 'results/ledger.jsonl');
    expect(await bench('documents')).toMatchObject({ code: 0 });
    const path = join(folder, 'results', 'ledger.md');
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole.replace('cleared', 'kept'));
    const differs = await bench('documents', '--check');
    expect(differs.code).toBe(1);
    expect(differs.err).toContain('results/ledger.md: differs from its data ledger.jsonl');
    expect((await bench('documents', '--write')).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(whole);
    await writeFile(join(folder, 'results', 'stray.md'), '<!-- Generated from nothing -->\n');
    const stray = await bench('documents');
    expect(stray.code).toBe(1);
    expect(stray.err).toContain('results/stray.md: says it is generated, and nothing makes it');
  });
});
