import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { parseFault } from '../../src/demo/gateway/faults/parse.ts';
import type { GatewayPair } from '../../src/demo/gateway/pair.ts';
import { startPair } from '../../src/demo/gateway/pair.ts';
import type { StoredVerdict } from '../../src/gate/stored-verdict.ts';
import type { StoredFindings } from '../../src/parity/stored-findings.ts';
import { bufferIo } from '../support/buffer-io.ts';

const CORPORA = join(import.meta.dirname, '../../corpora');
/** Small enough for a test; the sizes of a real run are the defaults. */
const SMALL = [
  '--set',
  'quality.maxNeeds=40',
  '--set',
  'latency={"blockPairs":2,"requestsPerBlock":20}',
  '--set',
  'throughput={"slices":1,"requestsPerSlice":20}',
];

/** More than one block of quality, so that an interrupt falls between. */
const FEWER = ['--set', 'quality.maxNeeds=150', ...SMALL.slice(2)];

interface Printed {
  readonly run: string;
  readonly verdict: StoredVerdict;
  readonly findings: StoredFindings;
}

let runs = '';
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'retrieve-'));
});
afterAll(async () => {
  await rm(runs, { recursive: true });
});

async function retrieve(env: Record<string, string>, extra: readonly string[] = SMALL) {
  const io = bufferIo({ env, cwd: runs });
  const code = await main(['retrieve', '--json', '--runs', runs, ...extra], io);
  return { code, printed: JSON.parse(io.out()) as Printed, said: io.err() };
}

describe('bench retrieve on the embedded pair', { timeout: 120_000 }, () => {
  let printed: Printed;

  it('with few needs is inconclusive, exit 3, and says how many would decide', async () => {
    const result = await retrieve({});
    printed = result.printed;
    expect(result.code).toBe(3);
    expect(printed.verdict.verdict).toBe('inconclusive');
    expect(printed.verdict.sentence).toContain('About 736 needs would decide');
  });

  it('finds equal directions, raw norms of 20 to 23 as drift, and recall@10 of at least .99 on both sides', () => {
    const { embedding, cells, census } = printed.findings;
    expect(embedding.texts).toBeGreaterThan(290);
    expect(embedding.atLeast).toBe(embedding.texts);
    expect(embedding.normRatioMin).toBeGreaterThanOrEqual(20);
    expect(embedding.normRatioMax).toBeLessThanOrEqual(23);
    for (const cell of cells) {
      const recall = cell.quality.find((entry) => entry.metric === 'recall@10');
      expect(recall?.incumbent.mean).toBeGreaterThanOrEqual(0.99);
      expect(recall?.candidate.mean).toBeGreaterThanOrEqual(0.99);
    }
    expect(census.map((side) => [side.asked, side.missing, side.displaced])).toEqual([
      [260, [], []],
      [260, [], []],
    ]);
  });

  it('leaves a run folder whose tables come out the same to the byte when it is rescored', async () => {
    const io = bufferIo();
    expect(await main(['rescore', printed.run, '-o', 'markdown'], io)).toBe(0);
    expect(io.out()).toBe(await readFile(join(printed.run, 'report.md'), 'utf8'));
    expect(io.err()).toContain('equal to the stored ones to the byte');
  });

  it('leaves a page that is the same to the byte when it is made again', async () => {
    const io = bufferIo();
    expect(await main(['report', printed.run, '-o', 'html'], io)).toBe(0);
    expect(io.out()).toBe(await readFile(join(printed.run, 'report.html'), 'utf8'));
  });

  it('gives the sides exchanged with --swap: differences negate and bounds exchange', async () => {
    const io = bufferIo();
    expect(await main(['rescore', printed.run, '--swap', '--json'], io)).toBe(0);
    const swapped = (JSON.parse(io.out()) as Printed).findings;
    for (const [at, cell] of printed.findings.cells.entries()) {
      for (const [index, metric] of cell.quality.entries()) {
        const other = swapped.cells[at]?.quality[index];
        expect(other?.delta.mean).toBeCloseTo(-(metric.delta.mean ?? Number.NaN), 12);
        expect(other?.delta.lower).toBeCloseTo(-(metric.delta.upper ?? Number.NaN), 7);
      }
    }
    expect(swapped.embedding.normRatioMedian).toBeCloseTo(
      1 / (printed.findings.embedding.normRatioMedian ?? Number.NaN),
      3,
    );
  });

  it('can be judged again under other margins', async () => {
    const io = bufferIo();
    const wide = ['gates.recall.margin=0.2', 'gates.ndcg.margin=0.2', 'gates.errors.margin=0.2'];
    expect(await main(['gate', printed.run, ...wide.flatMap((set) => ['--set', set])], io)).toBe(0);
    expect(io.out()).toMatch(/^pass: /);
  });

  it('writes a row a query and cell that Parquet readers open', async () => {
    const bytes = await readFile(join(printed.run, 'queries.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const rows = await parquetReadObjects({ file });
    const expected = printed.findings.cells.reduce((sum, cell) => sum + cell.queries, 0);
    expect(rows).toHaveLength(expected);
    expect(rows[0]).toMatchObject({ cell: 'search', recall_10_B: 1 });
  });
});

describe('bench retrieve on running gateways', { timeout: 120_000 }, () => {
  let pair: GatewayPair;
  beforeAll(async () => {
    pair = await startPair({
      corpusFolder: join(CORPORA, 'workers-200'),
      encoderFolder: join(CORPORA, 'encoder'),
      faults: [parseFault('drop:0.05', 1)],
    });
  });
  afterAll(() => pair.stop());

  it('with 5% of the documents dropped by the candidate fails, exit 1, and names missing ids', async () => {
    const { code, printed } = await retrieve({
      RUST_LAKEHOUSE_URL: pair.incumbentUrl,
      GO_LAKEHOUSE_URL: pair.candidateUrl,
    });
    expect(code).toBe(1);
    const missing = printed.findings.census[1]?.missing ?? [];
    expect(missing).toHaveLength(13);
    expect(printed.findings.census[0]?.missing).toEqual([]);
    expect(printed.verdict.sentence).toContain(missing[0]);
  });

  it('interrupted, it exits 130, leaves a run that reads back, and goes on with --resume', async () => {
    const env = { RUST_LAKEHOUSE_URL: pair.incumbentUrl, GO_LAKEHOUSE_URL: pair.candidateUrl };
    const interrupt = new AbortController();
    const io = bufferIo({
      cwd: runs,
      signal: interrupt.signal,
      isTerminal: true,
      stderr: (text) => {
        if (/quality [1-9]\d\d\//.test(text)) interrupt.abort(new Error('interrupted'));
      },
      env,
    });
    expect(await main(['retrieve', '--runs', runs, ...FEWER], io)).toBe(130);
    expect(io.out()).toMatch(/^\S PARTIAL, /);
    expect(io.out()).toMatch(/^Next +bench retrieve --resume 2/m);
    const folder = join(runs, /^Report +(.*)\/report.html$/m.exec(io.out())?.[1] ?? '');
    const again = bufferIo();
    expect(await main(['rescore', folder ?? '', '-o', 'markdown'], again)).toBe(0);
    expect(again.out()).toContain('interrupted: what was measured until then');
    const gated = bufferIo();
    await main(['gate', folder ?? ''], gated);
    expect(gated.out()).toMatch(/^\w+, partial \(interrupted\): /);

    const other = bufferIo({ cwd: runs, env });
    expect(await main(['retrieve', '--resume', folder ?? '', '--seed', '5', ...FEWER], other)).toBe(
      2,
    );
    expect(other.err()).toContain('set out to ask something else');

    const resumed = bufferIo({ cwd: runs, env });
    const code = await main(['retrieve', '--resume', folder ?? '', '--json', ...FEWER], resumed);
    expect(code).toBe(1);
    const { findings } = JSON.parse(resumed.out()) as Printed;
    expect(findings.complete).toBe(true);
    expect(findings.cells[0]?.queries).toBe(findings.cells[0]?.agreement[1]?.n);
    expect(await main(['rescore', folder ?? ''], bufferIo())).toBe(0);
  });
});
