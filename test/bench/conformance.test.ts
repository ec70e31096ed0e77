import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mismatches } from '../../bench/conformance/compare.ts';
import { runConformance } from '../../bench/conformance/run.ts';
import type { Io } from '../../bench/io.ts';

const published = new URL('../vectors/metrics.json', import.meta.url);

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

async function run(...argv: string[]): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    env: {},
    cwd: process.cwd(),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  const code = await runConformance(argv, io);
  return { code, lines: stdout.trimEnd().split('\n'), stderr };
}

function fileOf(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function suite(metric: string, ...cases: { input: object; expected: object }[]): object {
  return {
    schema: 'metric_vectors/v1',
    suites: [
      {
        metric,
        abs_tol: 1e-12,
        rel_tol: 1e-12,
        exact_fields: ['hits'],
        cases: cases.map((vector, at) => ({ id: `${metric}/${at}`, ...vector })),
      },
    ],
  };
}

const recallCase = {
  input: { truth: ['a', 'b'], got: ['a', 'x'], k: 2 },
  expected: { recall: 0.5, hits: 1 },
};

describe('npm run conformance', () => {
  it('passes all 1,043 published cases in 25 suites', async () => {
    const { code, lines } = await run();
    expect(lines.at(-1)).toBe('1043 passed, 0 failed');
    expect(lines).toHaveLength(26);
    expect(code).toBe(0);
  });

  it('passes the cases on ties, which were enumerated', async () => {
    const { code, lines } = await run(
      fileURLToPath(new URL('../vectors/ties.json', import.meta.url)),
    );
    expect(lines.at(-1)).toBe('188 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('catches a corrupted expectation in every suite', async () => {
    const file = JSON.parse(readFileSync(published, 'utf8'));
    for (const { cases } of file.suites) {
      const [field, value] = Object.entries(cases[0].expected)[0] ?? ['', null];
      cases[0].expected[field] = typeof value === 'number' ? value + 0.25 : 'corrupted';
    }
    const { code, lines } = await run(fileOf(file));
    expect(lines.at(-1)).toBe('1018 passed, 25 failed');
    expect(lines[1]).toMatch(/^ {2}recall_at_k\/h0001: recall: got 0\.8, expected 1\.05$/);
    expect(code).toBe(1);
  });

  it('runs any file of the schema, and counts a suite it does not know as skipped', async () => {
    const known = await run(fileOf(suite('recall_at_k', recallCase)));
    expect(known.lines.at(-1)).toBe('1 passed, 0 failed');
    const unknown = await run(fileOf(suite('made_up', recallCase, recallCase)));
    expect(unknown.lines).toEqual([
      'made_up  not implemented, 2 skipped',
      '0 passed, 0 failed, 2 skipped',
    ]);
    expect(known.code).toBe(0);
    expect(unknown.code).toBe(1);
  });

  it('fails a case whose input the metric cannot read, and goes on', async () => {
    const odd = { input: { truth: 'a', got: [], k: 1 }, expected: { recall: null } };
    const { code, lines } = await run(fileOf(suite('recall_at_k', odd, recallCase)));
    expect(lines[1]).toContain('recall_at_k/0: unreadable input');
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(code).toBe(1);
  });

  it('exits 2 for a file that is missing, not JSON or of another schema', async () => {
    for (const path of [
      'no/such/file.json',
      fileOf('{'),
      fileOf({ schema: 'other', suites: [] }),
    ]) {
      const { code, stderr, lines } = await run(path);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^conformance: .+\n {2}hint: /);
      expect(lines).toEqual(['']);
    }
    expect((await run('a', 'b')).code).toBe(2);
  });
});

describe('the comparison', () => {
  const loose = { abs_tol: 1e-6, rel_tol: 1e-3, exact_fields: ['n'] };

  it('takes a number within either tolerance, and holds exact fields to ===', () => {
    expect(mismatches({ x: 1000.9, n: 3 }, { x: 1000, n: 3 }, loose)).toEqual([]);
    expect(mismatches({ x: 1e-7, n: 3 }, { x: 0, n: 3 }, loose)).toEqual([]);
    expect(mismatches({ x: 1002, n: 3.0000001 }, { x: 1000, n: 3 }, loose)).toHaveLength(2);
  });

  it('lets nothing but null stand for null, and NaN for nothing', () => {
    expect(mismatches({ x: null }, { x: null }, loose)).toEqual([]);
    expect(mismatches({ x: 0 }, { x: null }, loose)).toHaveLength(1);
    expect(mismatches({ x: null }, { x: 0 }, loose)).toHaveLength(1);
    expect(mismatches({ x: Number.NaN }, { x: 0 }, loose)).toHaveLength(1);
    expect(mismatches({}, { x: null }, loose)).toHaveLength(1);
  });

  it('names the place within lists and objects, and wants lists of equal length', () => {
    expect(mismatches({ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, loose)).toEqual([
      { field: 'a.b[1]', got: 2, expected: 3 },
    ]);
    expect(mismatches({ a: [1] }, { a: [1, 2] }, loose)).toHaveLength(1);
  });
});
