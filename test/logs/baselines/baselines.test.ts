import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baselineCommand } from '../../../bench/logs/baseline/baseline.ts';
import { isWithin, parseTolerance } from '../../../src/gate/tolerance.ts';
import { checkLimits } from '../../../src/logs/baselines/check.ts';
import { compareWithBaseline } from '../../../src/logs/baselines/comparison.ts';
import { driftRows } from '../../../src/logs/baselines/drift.ts';
import { type ReadEntry, readBaselines } from '../../../src/logs/baselines/entry.ts';
import { entriesOfLineage, isSameCommit } from '../../../src/logs/baselines/lineage.ts';
import { appendToLog, readAppendLog, serializeAppendLog } from '../../../src/record/append-log.ts';
import { createRun } from '../../../src/record/run/run-folder.ts';
import { manifestInput, temporaryFolder } from '../../record/fixtures.ts';
import { runCommand } from '../../support/run-command.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/seven-entries.jsonl', import.meta.url));
const COMMIT = '4f0c2a19d3b7e6588c1f0a9b2d3e4f5061728394';
const command = baselineCommand(async () => ({
  metrics: { 'recall@10': 0.99, p95_ms: 5 },
  corpusSha256: null,
}));

/** A folder with a copy of the log of another runtime. */
async function folderWithLog(): Promise<{ folder: string; log: string }> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'parity'));
  const log = join(folder, 'parity/baselines.jsonl');
  await copyFile(FIXTURE, log);
  return { folder, log };
}

function entry(metrics: Record<string, number | null>, lineNumber = 1): ReadEntry {
  return {
    lineNumber,
    tool: 't',
    gitCommit: null,
    version: null,
    createdAt: null,
    runtime: null,
    corpusSha256: null,
    run: null,
    metrics: new Map(Object.entries(metrics)),
  };
}

test('a run that is in a log several times is one observation', () => {
  const entries = [...Array(9).keys()].map((at) => ({
    ...entry({ p95_ms: at < 8 ? 5 : 6 }, at + 1),
    run: at < 8 ? 'one' : 'other',
  }));
  const compared = compareWithBaseline({
    ...{ entries, tool: 't', gitCommit: null, anyCommit: false, run: null },
    figures: new Map([['p95_ms', 7]]),
  });
  expect(compared?.rows).toMatchObject([{ baseline: 6, runs: 2, interval: null, outside: null }]);
});

test('seven entries of another runtime, in their own spelling, are read and written back byte for byte', async () => {
  const log = await readAppendLog(FIXTURE);
  expect(Buffer.from(serializeAppendLog(log)).equals(await readFile(FIXTURE))).toBe(true);
  const { entries, problems } = readBaselines(log);
  expect(problems).toEqual([]);
  expect(entries).toHaveLength(7);
  expect(entries[3]?.metrics).toEqual(
    new Map([
      ['recall@10', 0.999],
      ['p95_ms', null],
      ['errors', 0],
      ['latency.p50_ms', 1.25],
    ]),
  );
  expect(entries[4]?.version).toBe('3');
});

test('the eighth entry is appended behind the seven, whose bytes stay as they are', async () => {
  const { folder, log } = await folderWithLog();
  const argv = ['baseline', 'add', '--tool', 'vector-bench', '--commit', COMMIT];
  const metrics = ['--metric', 'recall@10=0.998', '--metric', 'p95_ms=null'];
  const added = await runCommand(command, [...argv, ...metrics], { cwd: folder });
  expect(added.code).toBe(0);
  const before = await readFile(FIXTURE);
  const after = await readFile(log);
  expect(after.subarray(0, before.length).equals(before)).toBe(true);
  const rest = after.subarray(before.length).toString();
  expect(rest).toMatch(/^\n\{.*\}\n$/);
  expect(JSON.parse(rest)).toMatchObject({
    schema: 'retrieval-parity/baseline@1',
    tool: 'vector-bench',
    git_commit: COMMIT,
    metrics: { 'recall@10': 0.998, p95_ms: null },
  });
});

test('a torn last line is named, kept, and nothing merges into it', async () => {
  const { folder, log } = await folderWithLog();
  await appendFile(log, '\n{"tool":"vector-bench","metr');
  const shown = await runCommand(command, ['baseline', 'show', '-o', 'markdown'], { cwd: folder });
  expect(shown.stderr).toContain('baselines.jsonl:9: the last line is torn');
  await runCommand(command, ['baseline', 'add', '--metric', 'a=1', '--commit', 'x'], {
    cwd: folder,
  });
  const text = await readFile(log, 'utf8');
  expect(text).toContain('\n{"tool":"vector-bench","metr\n{"schema"');
  const { entries, problems } = readBaselines(await readAppendLog(log));
  expect(entries).toHaveLength(8);
  expect(problems).toHaveLength(1);
});

test('a log with an entry of a newer version is compared with nothing', async () => {
  const folder = await temporaryFolder();
  const entry = { schema: 'retrieval-parity/baseline@2', tool: 'retrieval-parity', metrics: {} };
  await appendToLog(join(folder, 'log.jsonl'), [entry], { sealed: true });
  const argv = ['baseline', 'drift', '--metric', 'a=1', '--log', 'log.jsonl', '--commit', 'x'];
  const { code, stderr } = await runCommand(baselineCommand(), argv, { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('log.jsonl:1: is of retrieval-parity/baseline@2');
});

test('a line that is no baseline is kept and named', async () => {
  const { folder, log } = await folderWithLog();
  await writeFile(log, '{"tool":"x"}\n{"tool":"x","metrics":{"a":1}}\n');
  const shown = await runCommand(command, ['baseline', 'show', '-o', 'markdown'], { cwd: folder });
  expect(shown.stderr).toContain('baselines.jsonl:1: not a baseline (metrics: ');
  expect(shown.stdout).toContain('| 2 |'.replace('| 2', '|    2'));
});

test('a lineage is one tool at one commit, which may be abbreviated', async () => {
  const { entries } = readBaselines(await readAppendLog(FIXTURE));
  const lineage = entriesOfLineage(entries, { tool: 'vector-bench', gitCommit: COMMIT });
  expect(lineage.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 3, 4, 8]);
  expect(isSameCommit('4f0c2a', COMMIT)).toBe(false);
  expect(isSameCommit(null, null)).toBe(true);
  expect(isSameCommit(null, COMMIT)).toBe(false);
});

test('drift from a zero baseline is absolute: nothing is divided by it', () => {
  const [row] = driftRows(new Map([['errors', 0.25]]), [entry({ errors: 0 })]);
  expect(row).toMatchObject({ baseline: 0, current: 0.25, change: 0.25, relativeChange: null });
});

test('a figure that one side lacks has no change', () => {
  const rows = driftRows(new Map([['new', 1]]), [entry({ old: 2 })]);
  expect(rows.map(({ metric, change }) => [metric, change])).toEqual([
    ['new', null],
    ['old', null],
  ]);
});

test('the prediction interval comes with the eighth run (t, 7 degrees of freedom: 2.364624 · s · √(9/8))', () => {
  const values = [10, 12, 10, 12, 10, 12, 10, 12];
  const lineage = values.map((x, index) => entry({ x }, index + 1));
  expect(driftRows(new Map([['x', 11]]), lineage.slice(1))[0]?.interval).toBeNull();
  const [row] = driftRows(new Map([['x', 14]]), lineage);
  const half = 2.364624251592784 * Math.sqrt(8 / 7) * Math.sqrt(9 / 8);
  expect(row?.interval?.[0]).toBeCloseTo(11 - half, 9);
  expect(row?.interval?.[1]).toBeCloseTo(11 + half, 9);
  expect(row?.outside).toBe(true);
});

test('equal runs predict their value with a floor, not to the last bit', () => {
  const lineage = Array.from({ length: 8 }, () => entry({ x: 0.1 }));
  expect(driftRows(new Map([['x', 0.1 + 1e-15]]), lineage)[0]?.outside).toBe(false);
  expect(driftRows(new Map([['x', 0.1001]]), lineage)[0]?.outside).toBe(true);
});

test('a tolerance with a sign limits one direction only', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (reference, step) => {
        expect(isWithin(parseTolerance('+0', 'x'), reference, reference - step)).toBe(true);
        expect(isWithin(parseTolerance('-0', 'x'), reference, reference + step)).toBe(true);
      },
    ),
  );
  expect(isWithin(parseTolerance('10%', 'x'), 0, 0)).toBe(true);
  expect(isWithin(parseTolerance('10%', 'x'), 0, 1e-9)).toBe(false);
  expect(() => parseTolerance('much', '--tolerance')).toThrow('"much" is no tolerance');
});

test('limits: a missing figure fails, a missing baseline decides nothing', () => {
  const rows = driftRows(
    new Map([
      ['b', 1],
      ['c', 2],
    ]),
    [entry({ a: 1, c: 2 })],
  );
  const tolerances = new Map([['*', parseTolerance('0', 'x')]]);
  const limits = { tolerances, minima: new Map([['d', 1]]), maxima: new Map([['c', 1]]) };
  expect(checkLimits(rows, limits).map(({ metric, state }) => [metric, state])).toEqual([
    ['a', 'fail'],
    ['b', 'inconclusive'],
    ['c', 'pass'],
    ['d', 'fail'],
    ['c', 'fail'],
  ]);
});

test('bench baseline drift compares the last entry with the one before it in its lineage', async () => {
  const { folder } = await folderWithLog();
  const argv = ['baseline', 'drift', '-o', 'markdown', '--tool', 'vector-bench'];
  expect((await runCommand(command, argv, { cwd: folder })).stdout).toMatchInlineSnapshot(`
    "line 8 against line 4: vector-bench at commit 4f0c2a1, 2026-03-04T08:00:00+01:00

    | metric         | baseline | current | change | relative | 95% prediction interval |    |
    | :------------- | -------: | ------: | -----: | -------: | :---------------------- | :- |
    | errors         |        0 |       0 |      0 |        – | – (4 of 8 runs)         |    |
    | latency.p50_ms |     1.25 |       – |      – |        – | – (1 of 8 runs)         |    |
    | p95_ms         |        – |       5 |      – |        – | – (3 of 8 runs)         |    |
    | recall@10      |    0.999 |       1 | +0.001 | +0.1001% | – (4 of 8 runs)         |    |
    "
  `);
});

test('bench baseline check exits 0, 1 or 3', async () => {
  const { folder } = await folderWithLog();
  const check = (...argv: string[]) =>
    runCommand(
      command,
      ['baseline', 'check', '-o', 'markdown', '--tool', 'vector-bench', ...argv],
      { cwd: folder },
    );
  expect((await check('--tolerance', 'recall@10=0.005')).code).toBe(0);
  expect((await check('--tolerance', 'recall@10=0.0005')).code).toBe(1);
  expect((await check('--tolerance', 'recall@10=-0.0005')).code).toBe(0);
  expect((await check('--max', 'p95_ms=4')).code).toBe(1);
  const other = ['--metric', 'recall@10=1', '--commit', 'abcdef0', '--tolerance', 'recall@10=1'];
  expect((await check(...other)).code).toBe(3);
  expect((await check()).code).toBe(2);
});

test('figures of a run come through the mapping, and a run is never its own baseline', async () => {
  const folder = await temporaryFolder();
  const writer = await createRun({ parentFolder: folder, id: 'one' });
  await writer.finish(manifestInput());
  await runCommand(command, ['baseline', 'add', 'one', '--commit', 'abcdef0'], { cwd: folder });
  const argv = ['baseline', 'drift', '-o', 'markdown', 'one', '--commit', 'abcdef0'];
  const drift = await runCommand(command, argv, { cwd: folder });
  expect(drift.stdout).toContain('no baseline of retrieval-parity at commit abcdef0');
  const text = await readFile(join(folder, 'parity/baselines.jsonl'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ run: 'one', metrics: { 'recall@10': 0.99, p95_ms: 5 } });
});
