import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { referenceCommand } from '../../bench/corpora/reference.ts';
import { doctorCommand } from '../../bench/suite/doctor.ts';
import { binFile } from '../corpus/import/tiny-files.ts';
import { runCommand } from '../support/run-command.ts';
import { clustered, seeded } from '../truth/naive.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'reference-'));
  const source = join(cwd, 'source');
  await mkdir(source);
  const documents = Float32Array.from(clustered(seeded(1), 500, 8, 12).flat());
  const queries = Float32Array.from(clustered(seeded(2), 30, 8, 12).flat());
  await writeFile(join(source, 'base.fbin'), binFile(500, 8, documents));
  await writeFile(join(source, 'query.fbin'), binFile(30, 8, queries));
  await runCommand(corpusCommand, ['corpus', 'import', '--from', source, '--out', 'corpus'], {
    cwd,
  });
});
afterAll(() => rm(cwd, { recursive: true }));

test('the sweep prints one row an index and efSearch, and loads its indexes the second time', async () => {
  const sweep = [
    'reference',
    'corpus',
    '-o',
    'markdown',
    '--sweep',
    '--m',
    '4,8',
    '--ef-search',
    '10,60',
  ];
  const first = await runCommand(referenceCommand, [...sweep], { cwd });
  expect(first).toMatchObject({ code: 0, error: null });
  const rows = first.stdout.split('\n').filter((line) => /^\| +\d/.test(line));
  expect(rows).toHaveLength(2 * 3 * 2);
  expect(first.stdout).toMatch(/500 rows of 8 dimensions, 30 queries/);
  expect(first.stdout).not.toContain('(saved)');
  const again = await runCommand(referenceCommand, [...sweep], { cwd });
  expect(again.stdout.match(/\(saved\)/g)).toHaveLength(12);
  expect(await readdir(join(cwd, '.cache/reference'))).toHaveLength(12);
});

test('--json prints the curve with build time and latency; --no-cache saves nothing', async () => {
  const { stdout, code } = await runCommand(
    referenceCommand,
    ['reference', 'corpus', '--ef-search', '10,200', '--k', '5', '--json', '--no-cache'],
    { cwd },
  );
  expect(code).toBe(0);
  const figures = JSON.parse(stdout);
  expect(figures).toMatchObject({ corpus: 'corpus', queries: 30, k: 5 });
  expect(figures.build.version).toMatch(/^\d/);
  const [audit] = figures.audits;
  expect(audit).toMatchObject({ M: 16, efConstruction: 200, count: 500, loaded: false });
  expect(audit.curve.at(-1)).toMatchObject({ efSearch: 200, recall: 1, n: 30 });
  expect(audit.buildMs).toBeGreaterThan(0);
  expect(audit.timings.map(({ efSearch }: { efSearch: number }) => efSearch)).toEqual([10, 200]);
});

test('numbers that are none are refused by the name of their flag', async () => {
  for (const [flag, value] of [
    ['--m', '16,x'],
    ['--ef-search', ''],
    ['--ef-construction', '1.5'],
  ] as const) {
    const { error } = await runCommand(referenceCommand, ['reference', 'corpus', flag, value], {
      cwd,
    });
    expect(error).toMatchObject({ code: 'flag-number' });
  }
  const { error } = await runCommand(referenceCommand, ['reference', 'corpus', '--m', '1'], {
    cwd,
  });
  expect(error).toMatchObject({ code: 'truth.reference-index', exitCode: 2 });
});

test('doctor shows which build of hnswlib-node is in use', async () => {
  const { stdout } = await runCommand(doctorCommand, ['doctor'], { cwd });
  expect(stdout).toMatch(
    /hnswlib-node: \d+\.\d+\.\d+, ((native|tuned|portable) build \(.+\)|unknown build)/,
  );
});
