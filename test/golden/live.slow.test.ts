import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectGolden, expectSame } from './expect-golden.ts';
import { mask, type VaryingCells } from './mask.ts';
import { runMain, type Said, transcript } from './run-main.ts';
import { type ServedPair, servePair } from './serve-pair.ts';
import { RUNS, storedText } from './stored-runs.ts';

const CORPUS = join(RUNS, 'pass/corpus');

const TIMES: readonly VaryingCells[] = [
  { columns: ['Δ', '95% bounds of Δ'], rows: /^\| p(50|95) / },
  {
    columns: ['incumbent ms', 'candidate ms', 'ratio', '95% bounds', 'censored'],
    rows: / p(50|95) /,
  },
  { columns: ['median requests/s', 'least–greatest'] },
];
/** How many requests the candidate got while it was broken, and how each of them ended. */
const CUTOVER: readonly VaryingCells[] = [
  { columns: ['n', 'found'], rows: /: its own requests / },
  { columns: ['found'], rows: /'s p95 / },
];
/** All but what was asked, how it ended and how good the answers were: times, and what the driver was fit for. */
const LOAD: readonly VaryingCells[] = [
  {
    columns: [
      'ok/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'p99.9 ms',
      'first / repeat p50',
      'service p50 ms',
      'queue p99 ms',
      'floor p50 / p99 ms',
      'slip p99 ms',
      'driver',
    ],
  },
  { columns: ['measured', 'bounds', 'answer', 'why'] },
  // A rate is measured again where the driver was not fit; then no query is new to a side.
  { columns: ['queries', 'quantile', 'ratio', '95% bounds', 'pairs', 'censored'] },
];
const HEALTH: readonly VaryingCells[] = [{ columns: ['latency ms'] }];

let folder = '';
let pair: ServedPair;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golden-'));
  pair = await servePair(CORPUS);
});
afterAll(async () => {
  await pair.stop();
  await rm(folder, { recursive: true });
});

async function live(...argv: string[]): Promise<Said> {
  return runMain([...argv, '--corpus', CORPUS], { cwd: folder, env: pair.env });
}

async function expectLive(
  name: string,
  argv: readonly string[],
  said: Said,
  varying: readonly VaryingCells[] = [],
): Promise<void> {
  await expectGolden(`live/${name}.txt`, mask(transcript(argv, said), varying, folder));
}

describe('live', { timeout: 300_000 }, () => {
  it('retrieve gives the report of the stored run, but for times', async () => {
    const sizes = {
      latency: { blockPairs: 2, requestsPerBlock: 20 },
      throughput: { slices: 1, requestsPerSlice: 20 },
    };
    // The stored run is from before looks were counted.
    const argv = ['retrieve', '-o', 'markdown', '--k', '5', '--runs', 'retrieve'];
    argv.push('--set', 'looks=one');
    for (const [key, value] of Object.entries(sizes)) {
      argv.push('--set', `${key}=${JSON.stringify(value)}`);
    }
    for (const [metric, margin] of Object.entries({ recall: 0.3, ndcg: 0.3, errors: 0.3 })) {
      argv.push(`--gates.${metric}.margin=${margin}`);
    }
    const { code, out, err } = await live(...argv);
    const report = mask(await storedText('pass', 'report.md'), TIMES);
    expectSame('runs/pass/report.md', mask(out, TIMES), report);
    await expectLive('retrieve', argv, { code, out: '', err });
    const [run = ''] = await readdir(join(folder, 'retrieve'));
    const files = await readdir(join(folder, 'retrieve', run), { recursive: true });
    const stored = await readdir(join(RUNS, 'pass'), { recursive: true });
    // The stored run is from before there was a page.
    expect(files.filter((file) => file !== 'report.html').sort()).toEqual(stored.sort());
    expect(await readFile(join(folder, 'retrieve', run, 'report.md'), 'utf8')).toBe(out);
  });

  it('drift, its catalogue, and the same drift again', async () => {
    const argv = ['drift', '--count', '10', '-o', 'markdown'];
    await expectLive('drift', argv, await live(...argv));
    const { out, err } = await live(...argv, '--json', '--emit-dialect', 'dialect.ts');
    expect(out).toBe(await readFile(join(folder, 'parity/wire-drift.jsonl'), 'utf8'));
    expect(err).toContain('the drift is that of the catalogue');
    await expectGolden('live/wire-drift.jsonl', out);
    await expectGolden('live/dialect.txt', await readFile(join(folder, 'dialect.ts'), 'utf8'));
  });

  it('all, its verdict file and the report of each probe', async () => {
    const argv = ['all', '--skip-retrieve', '--runs', 'all', '-o', 'markdown'];
    await expectLive('all', argv, await live(...argv), HEALTH);
    const runs = (await readdir(join(folder, 'all'))).map((run) => join('all', run, 'report.md'));
    const embed = (await readdir(join(folder, 'parity'))).filter((file) =>
      file.startsWith('embed_parity_'),
    );
    const files = [...runs, ...embed.map((file) => join('parity', file))];
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    await expectGolden('live/all-reports.txt', mask(texts.toSorted().join('\n'), HEALTH, folder));
    const ledger = await readFile(join(folder, 'parity/ledger.md'), 'utf8');
    await expectGolden('live/all-ledger.txt', mask(ledger));
  });

  it('cutover', async () => {
    const argv = ['cutover', '--blocks', '1', '--requests', '5', '--runs', 'cutover'];
    argv.push('-o', 'markdown');
    await expectLive('cutover', argv, await live(...argv), CUTOVER);
  });

  it('load', async () => {
    const argv = ['load', '--k', '5', '--rates', '150', '--pairs', '1', '--block-size', '20'];
    argv.push('--discard', '2', '--pace', 'eco', '--warm-up', '0.1', '--runs', 'load');
    argv.push('-o', 'markdown');
    const said = await live(...argv);
    await expectLive('load', argv, said, LOAD);
    const [run = ''] = await readdir(join(folder, 'load'));
    expect(await readFile(join(folder, 'load', run, 'report.md'), 'utf8')).toBe(said.out);
  });
});
