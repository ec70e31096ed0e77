import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUANTISERS } from '../../bench/experiments/studies/quantisers.ts';
import { studySchema } from '../../bench/experiments/studies/study.ts';
import { studyReport } from '../../bench/experiments/studies/study-report.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';

const ROOT = join(import.meta.dirname, '../..');
const STUDIES = join(ROOT, 'results/studies');
const names = readdirSync(STUDIES);
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('published studies', () => {
  it('are there', () => {
    expect(names).toContain('quantisation');
  });

  it.each(names)('%s: its page is what its data gives', (name) => {
    const study = studySchema.parse(
      JSON.parse(readFileSync(join(STUDIES, name, 'study.json'), 'utf8')),
    );
    const page = readFileSync(join(STUDIES, name, 'README.md'), 'utf8');
    expect(renderMarkdown(studyReport(study, 'study.json'))).toBe(page);
    for (const { cells } of study.groups) {
      expect(new Set(cells.map(({ values }) => values.length)).size).toBe(1);
    }
  });

  it.skipIf(!hasPython).each(names)('%s: python computes the means of the page', (name) => {
    const files = ['study.json', 'README.md'].map((file) => join(STUDIES, name, file));
    const script = join(ROOT, 'bench/experiments/studies/recompute.py');
    const { status, stdout } = spawnSync('python3', [script, ...files], { encoding: 'utf8' });
    expect(stdout).not.toContain('the page shows');
    expect(status).toBe(0);
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
