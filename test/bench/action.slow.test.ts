import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RUNS } from '../golden/stored-runs.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A `run:` step of action.yml, as far as a shell needs it. */
interface Step {
  readonly id: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly script: string;
}

/** The steps of action.yml that a shell carries out. */
async function runSteps(): Promise<Step[]> {
  const text = await readFile(join(ROOT, 'action.yml'), 'utf8');
  const [, steps = ''] = text.split('\n  steps:\n');
  return steps
    .split(/^ {4}- /m)
    .slice(1)
    .flatMap((step) => {
      const block = /^ {6}run: \|\n((?: {8}.*\n|\n)+)/m.exec(step);
      const line = /^ {6}run: (?!\|)(.*)$/m.exec(step);
      const script = block?.[1]?.replace(/^ {8}/gm, '') ?? line?.[1]?.replace(/^'(.*)'$/, '$1');
      if (script === undefined) return [];
      const [, own = ''] = /^ {6}env:\n((?: {8}.*\n)+)/m.exec(step) ?? [];
      const inline = /^ {6}env: \{ (\w+): '(.*)' \}$/m.exec(step);
      const env = Object.fromEntries(
        [...own.matchAll(/^ {8}(\w+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
      );
      if (inline !== null) env[inline[1] ?? ''] = inline[2] ?? '';
      return [{ id: /^(?: {6})?id: (\w+)$/m.exec(step)?.[1] ?? null, env, script }];
    });
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'action-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of ['output', 'summary']) await writeFile(join(folder, file), '');
});

const inFile = (name: string) => readFile(join(folder, name), 'utf8');

/** Carries a step out as the runner would: bash with -e and pipefail, values in the place of expressions. */
async function carryOut(
  step: Step | undefined,
  values: Readonly<Record<string, string>>,
): Promise<{ code: number; out: string }> {
  if (step === undefined) expect.fail('action.yml has no such step');
  const filled = Object.entries(step.env).map(([name, written]) => [
    name,
    written.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, key: string) => values[key] ?? ''),
  ]);
  const env = {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    NODE_OPTIONS: '',
    ...Object.fromEntries(filled),
  };
  return new Promise((done) => {
    const argv = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.script];
    execFile('bash', argv, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), out: stdout + stderr }),
    );
  });
}

const outputs = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await inFile('output'))
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );

describe('action.yml', () => {
  it('has steps that install, measure, compare and end with the answer', async () => {
    const steps = await runSteps();
    expect(steps.map(({ id }) => id)).toEqual([null, 'retrieve', 'compare', null]);
    const text = await readFile(join(ROOT, 'action.yml'), 'utf8');
    expect(text).toMatch(/upload-artifact@v7\n(?: {8,}.*\n| {6}with:\n)*? {8}archive: false/);
  });

  it('measures, leaves page, summary and annotations, and ends with the exit code', async () => {
    const [, retrieve, compare, end] = await runSteps();
    const values = {
      'github.action_path': ROOT,
      'inputs.arguments':
        '--quick --set quality.maxNeeds=30 --set latency={"blockPairs":2,"requestsPerBlock":20} --set throughput={"slices":1,"requestsPerSlice":20}',
    };
    const { code, out } = await carryOut(retrieve, values);
    expect([code, await outputs()]).toEqual([
      0,
      { code: '3', run: expect.stringMatching(/^parity-runs\/.*\/$/) },
    ]);
    expect(out).toMatch(/^::(warning|notice|error) /m);
    expect(await inFile('parity-report.html')).toMatch(/^<!doctype html>/);
    expect(await inFile('summary')).toContain('inconclusive');
    const again = {
      'github.action_path': ROOT,
      'inputs.blessed': (await outputs()).run ?? '',
      'steps.retrieve.outputs.run': (await outputs()).run ?? '',
    };
    // A run held against itself cannot have become worse; so few needs do not decide it.
    expect([0, 3]).toContain((await carryOut(compare, again)).code);
    expect(await carryOut(end, { 'steps.retrieve.outputs.code': '3' })).toMatchObject({ code: 3 });
  });

  it('fails where the candidate became worse than the blessed run', async () => {
    const [, , compare] = await runSteps();
    const { code, out } = await carryOut(compare, {
      'github.action_path': ROOT,
      'inputs.blessed': join(RUNS, 'pass'),
      'steps.retrieve.outputs.run': join(RUNS, 'drop'),
    });
    expect([1, 3]).toContain(code);
    expect(out).toContain('recall');
  });

  it('ends with 2 for a wrong argument, and carries out nothing of what it is given', async () => {
    const [, retrieve] = await runSteps();
    const { code } = await carryOut(retrieve, {
      'github.action_path': ROOT,
      'inputs.incumbent': '$(touch pwned)',
      'inputs.arguments': '--no-such-flag `touch pwned` ; touch pwned',
    });
    expect([code, await outputs()]).toEqual([0, { code: '2', run: '' }]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});
