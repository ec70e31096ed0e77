import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { timedBlocks } from '../../bench/experiments/studies/indexed/timed-blocks.ts';
import { studyPicture } from '../../bench/experiments/studies/page/study-picture.ts';
import { PICTURE, studyPage } from '../../bench/experiments/studies/page/study-report.ts';
import { QUANTISERS } from '../../bench/experiments/studies/quantisers.ts';
import { isByBuild, type Study } from '../../bench/experiments/studies/record/study.ts';
import { decodeStudy, encodeStudy } from '../../bench/experiments/studies/record/study-parquet.ts';

const ROOT = join(import.meta.dirname, '../..');
const STUDIES = join(ROOT, 'results/studies');
const names = readdirSync(STUDIES);
const SCRIPT = join(ROOT, 'bench/experiments/studies/recompute.py');
// No compiled copies beside the source.
const PLAIN = { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } } as const;
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('published studies', () => {
  it('are there', () => {
    expect(names).toContain('quantisation');
  });

  it.each(names)('%s: its page and its picture are what its data gives', async (name) => {
    const study = await decodeStudy(readFileSync(join(STUDIES, name, 'study.parquet')));
    const page = readFileSync(join(STUDIES, name, 'README.md'), 'utf8');
    expect(studyPage(study, 'study.parquet')).toBe(page);
    expect(studyPicture(study)).toBe(readFileSync(join(STUDIES, name, PICTURE), 'utf8'));
    for (const { cells } of study.groups) {
      const asked = cells.filter((cell) => !isByBuild(cell));
      expect(new Set(asked.map(({ values }) => values.length)).size).toBe(1);
    }
  });

  it.skipIf(!hasPython).each(names)('%s: python computes the figures of the page', (name) => {
    const files = ['study.parquet', 'README.md'].map((file) => join(STUDIES, name, file));
    const { status, stdout, stderr } = spawnSync('python3', [SCRIPT, ...files], PLAIN);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('the page shows');
    expect(status).toBe(0);
  });
});

describe('records of studies', () => {
  const study: Study = {
    ...{ version: 2, title: 'T', question: 'Q', command: 'c', date: '2026-01-01', machine: 'm' },
    ...{ method: [], doesNotShow: ['all else'] },
    groups: [
      {
        ...{ name: 'words, 3 documents', against: 'old', queriesPerBlock: 2, equalWithin: 0.02 },
        corpus: { documents: 'd', queries: 'q', judgments: 'j' },
        cells: [
          { setting: 'old', measure: 'recall', unit: 'share', values: [1, null, 0.5, 0.25] },
          { setting: 'new', measure: 'recall', unit: 'share', values: [0.5, 1, null, 0.25] },
          { setting: 'old', measure: 'latency', unit: 'ms', values: [1, 2, 3, 4] },
          { setting: 'new', measure: 'latency', unit: 'ms', values: [2, 2.5, 9, 8] },
          { setting: 'new', measure: 'build', unit: 's', values: [12.34] },
          { setting: 'new', measure: 'index', unit: 'MiB', values: [5.67] },
        ],
      },
    ],
  };
  const written = (page: string): string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'study-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = ['study.parquet', 'README.md'].map((file) => join(folder, file));
    writeFileSync(files[0] ?? '', encodeStudy(study));
    writeFileSync(files[1] ?? '', page);
    return files;
  };

  it('come back as they were, what is undefined too', async () => {
    expect(await decodeStudy(encodeStudy(study))).toEqual(study);
  });

  it('are refused where a share is above 1', async () => {
    const [group] = study.groups;
    const wrong = { setting: 'x', measure: 'recall', unit: 'share' as const, values: [1.5] };
    const groups = group === undefined ? [] : [{ ...group, cells: [wrong] }];
    await expect(decodeStudy(encodeStudy({ ...study, groups }))).rejects.toThrow('a share above 1');
  });

  it.skipIf(!hasPython)('a page that shows another figure is found', () => {
    const page = studyPage(study, 'study.parquet');
    const run = (files: string[]) => spawnSync('python3', [SCRIPT, ...files], PLAIN);
    const right = run(written(page));
    expect(right.stdout.split('\n')[1]).toBe('words, 3 documents\tnew\trecall\t0.5833\t3\t−0.2500');
    expect(right.status).toBe(0);
    const wrong = run(written(page.replace('0.5833', '0.5834')));
    expect(wrong.stdout).toContain('the page shows');
    expect(wrong.status).toBe(1);
  });
});

describe('timed blocks', () => {
  it('ask every query once at every setting, block by block', async () => {
    const asked: string[] = [];
    const settings = ['a', 'b'].map((setting) => ({
      setting,
      ask: async (query: number) => {
        asked.push(`${setting}${query}`);
        return [`${setting}${query}`];
      },
    }));
    const found = await timedBlocks({ settings, queryCount: 6, queriesPerBlock: 4, seed: 1 });
    expect(found.map(({ answers }) => answers.flat())).toEqual([
      ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
      ['b0', 'b1', 'b2', 'b3', 'b4', 'b5'],
    ]);
    expect(found.every(({ latencyMs }) => latencyMs.length === 6)).toBe(true);
    // 5 that are not timed, then the block, one setting after the other.
    const first = ['5', '4', '3', '2', '1', '0', '1', '2', '3'];
    const second = ['3', '2', '1', '0', '5', '4', '5'];
    expect(asked.map((one) => one.slice(1))).toEqual([...first, ...first, ...second, ...second]);
    const order = [0, 9, 18, 25].map((at) => asked[at]?.charAt(0));
    expect([order.slice(0, 2).toSorted(), order.slice(2).toSorted()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
});

describe('quantisers', () => {
  const table = { ids: ['a', 'b'], dimension: 2, values: Float32Array.of(1, -0.6, 0.004, 0.00199) };
  const of = (name: string) => {
    const found = QUANTISERS.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return [...found.quantise(table).values];
  };

  it('round as stores do', () => {
    expect(of('bfloat16')).toEqual([1, -0.6015625, 0.003997802734375, 0.001983642578125]);
    expect(of('int8, a scale a vector').map((value) => Number(value.toFixed(6)))).toEqual([
      1, -0.598425, 0.004, 0.001984,
    ]);
    expect(of('int8, one scale').map((value) => Number(value.toFixed(6)))).toEqual([
      1, -0.598425, 0.007874, 0,
    ]);
    expect(of('binary')).toEqual([1, -1, 1, 1]);
  });
});
