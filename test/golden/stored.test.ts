import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectGolden, isUpdating } from './expect-golden.ts';
import { runMain, transcript } from './run-main.ts';
import { expectStored, RUNS, storedText } from './stored-runs.ts';

/** A query whose lists differ in the run `drop`. */
const QUERY = 'q-0088';
const ROOT = join(import.meta.dirname, '../..');

async function golden(name: string, ...argv: string[]): Promise<void> {
  await expectGolden(name, transcript(argv, await runMain(argv, { cwd: RUNS })));
}

// The files of the runs come first: where they are updated, what follows reads the new ones.
describe.each(['pass', 'drop'])('the files of the stored run %s', (run) => {
  it('report.md', async () => {
    const { out } = await runMain(['rescore', run, '-o', 'markdown'], { cwd: RUNS });
    await expectStored(run, 'report.md', out);
  });

  it('findings.json and verdict.json', async () => {
    const { code, out } = await runMain(['rescore', run, '--json'], { cwd: RUNS });
    // What is about to be renewed differs from what is stored.
    if (!isUpdating) expect(code).toBe(0);
    const { findings, verdict } = JSON.parse(out) as Record<string, unknown>;
    await expectStored(run, 'findings.json', `${JSON.stringify(findings, null, 2)}\n`);
    await expectStored(run, 'verdict.json', `${JSON.stringify(verdict, null, 2)}\n`);
  });
});

describe.each(['pass', 'drop'])('commands over the stored run %s', (run) => {
  it('rescore gives the stored report and says so', async () => {
    const argv = ['rescore', run, '-o', 'markdown'];
    const { code, out, err } = await runMain(argv, { cwd: RUNS });
    expect(out).toBe(await storedText(run, 'report.md'));
    await expectGolden(`${run}/rescore.txt`, transcript(argv, { code, out: '', err }));
  });

  it('rescore --swap', () =>
    golden(`${run}/rescore-swap.txt`, 'rescore', run, '--swap', '-o', 'markdown'));

  it('gate', () => golden(`${run}/gate.txt`, 'gate', run));

  it('gate under other margins', () =>
    golden(
      `${run}/gate-other-margins.txt`,
      'gate',
      run,
      '--gates.recall.margin=0.4',
      '--gates.ndcg.margin',
      '0.4',
      '--gates.cells.retrieve.recall@1.margin=0.3',
      '--gates.p95.margin=0.5',
      '--gates.agreement.margin=0.3',
    ));

  it('gate --json', async () => {
    const { code, out } = await runMain(['gate', run, '--json'], { cwd: RUNS });
    expect(JSON.parse(out)).toEqual(JSON.parse(await storedText(run, 'verdict.json')));
    expect(code).toBe(run === 'pass' ? 0 : 1);
  });

  it('explain', () => golden(`${run}/explain.txt`, 'explain', run));

  it('explain of one query', () => golden(`${run}/explain-query.txt`, 'explain', run, QUERY));

  it('export --trec', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'golden-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const argv = ['export', '--trec', run, '--out'];
    const said = await runMain([...argv, folder], { cwd: RUNS });
    const files = (await readdir(folder)).sort();
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const parts = files.map((file, at) => `--- ${file}\n${texts[at]}`);
    await expectGolden(
      `${run}/export-trec.txt`,
      `${transcript([...argv, 'FOLDER'], said)}${parts.join('')}`,
    );
  });
});

describe('commands over both stored runs', () => {
  it('compare', () => golden('compare/pass-drop.txt', 'compare', 'pass', 'drop', '-o', 'markdown'));

  it('compare --gate', () =>
    golden(
      'compare/pass-drop-gate.txt',
      'compare',
      'pass',
      'drop',
      '-o',
      'markdown',
      '--gate',
      '--top',
      '3',
      '--gates.recall.margin=0.02',
      '--gates.ndcg.margin=0.4',
    ));

  it('compare of a run with itself', () =>
    golden('compare/pass-pass.txt', 'compare', 'pass', 'pass', '--gate', '-o', 'markdown'));
});

describe('errors', () => {
  it.each([
    ['no-run', ['rescore', 'nowhere']],
    ['no-such-query', ['explain', 'drop', 'q-9999']],
    ['no-such-cell', ['explain', 'drop', '--cell', 'chat']],
    ['narrow-margin', ['gate', 'pass', '--gates.recall.margin=0.001']],
    ['unknown-command', ['retreive']],
    ['unknown-key', ['gate', 'pass', '--set', 'gates.recal.margin=0.1']],
  ])('%s', async (name, argv) => {
    const said = await runMain(argv, { cwd: RUNS });
    await expectGolden(
      `errors/${name}.txt`,
      transcript(argv, { ...said, err: said.err.replaceAll(RUNS, 'RUNS') }),
    );
  });
});

describe('published documents', () => {
  it('are what their data gives', async () => {
    const { code, out, err } = await runMain(['documents', '--check'], { cwd: ROOT });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\d+ generated documents are as their data\n$/);
  });

  it('of the drill holds the tables that drill --render prints', async () => {
    const { code, out, err } = await runMain(
      ['drill', '--render', '-o', 'markdown', '--record', 'results/drill.jsonl'],
      {
        cwd: ROOT,
      },
    );
    expect(await readFile(join(ROOT, 'results/drill.md'), 'utf8')).toContain(out.trim());
    expect(code).toBe(0);
    expect(err).toMatch(/^bench: (\d+) of \1 requirements hold over \d+ runs\n$/);
  });
});
