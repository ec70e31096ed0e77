import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commonOperations, configModule } from '../../bench/suite/config-text.ts';
import type { ProbedSide } from '../../bench/suite/probe-side.ts';
import type { UserConfig } from '../../src/config/schema.ts';
import { gradeFacts, worstGrade } from '../../src/record/machine/grade.ts';
import { machineFacts } from '../../src/record/machine/measure-machine.ts';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { fakeGateway } from '../support/fake-gateway.ts';

const INDEX = join(import.meta.dirname, '../../src/index.ts');

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contact-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** What a written configuration says, read as a module. */
async function loaded(file: string): Promise<UserConfig> {
  const text = await readFile(file, 'utf8');
  const copy = file.replace('.ts', '.copy.ts');
  await writeFile(copy, text.replace("'retrieval-parity'", JSON.stringify(INDEX)));
  return ((await import(pathToFileURL(copy).href)) as { default: UserConfig }).default;
}

describe('bench init', () => {
  it('writes the embedded pair without a question, and overwrites nothing', async () => {
    const cwd = await temporary();
    const { code, out } = await runMain(['init', '--yes'], { cwd });
    expect([code, out]).toEqual([0, `${join(cwd, 'bench.config.ts')}\n`]);
    expect(await loaded(join(cwd, 'bench.config.ts'))).toMatchObject({ k: 10 });
    const again = await runMain(['init', '--yes'], { cwd });
    expect(again.out).toBe(`${join(cwd, 'bench.config_2.ts')}\n`);
  });

  it('asks what no flag says, and finds out the dialects of both sides', async () => {
    const cwd = await temporary();
    const gateways = [await fakeGateway('rust'), await fakeGateway('go')];
    onTestFinished(async () => {
      for (const gateway of gateways) await gateway.close();
    });
    const [rust = '', go = ''] = gateways.map(({ url }) => url);
    const asked: string[] = [];
    const answers = [rust, go, ''];
    const { code, err } = await runMain(['init', '-k', '5'], {
      cwd,
      ask: async (question) => {
        asked.push(question);
        return answers[asked.length - 1] ?? '';
      },
    });
    expect([code, asked.length]).toEqual([0, 3]);
    expect(err).toContain(`incumbent ${rust}: rust-lakehouse: `);
    expect(err).toContain(`candidate ${go}: go-lakehouse: `);
    const config = await loaded(join(cwd, 'bench.config.ts'));
    expect(config).toMatchObject({ incumbent: { url: rust }, candidate: { url: go }, k: 5 });
  });

  it('says which side does not answer', async () => {
    const flags = ['--incumbent', 'http://127.0.0.1:9', '--candidate', 'http://127.0.0.1:9'];
    const { code, err } = await runMain(['init', ...flags], { cwd: await temporary() });
    expect(code).toBe(4);
    expect(err).toContain('incumbent http://127.0.0.1:9: rust-lakehouse: ');
  });

  it('refuses one side without the other', async () => {
    const { code, err } = await runMain(['init', '--incumbent', 'http://x'], {
      cwd: await temporary(),
    });
    expect(code).toBe(2);
    expect(err).toContain('one backend is named, and not the other');
  });

  it('shares an embedder and asks what both can, where a side can do less', () => {
    const side = (parts: Partial<ProbedSide>): ProbedSide => ({
      url: "hnsw://it's",
      dialect: null,
      operations: ['search'],
      embeds: false,
      about: 'an index\n// of somebody',
      ...parts,
    });
    const answers = {
      sides: { incumbent: side({}), candidate: side({ operations: ['search', 'retrieve'] }) },
      corpus: null,
      k: 10,
    };
    expect(commonOperations(answers)).toEqual(['search']);
    const text = configModule(answers);
    expect(text).toContain("embed: 'onnx'");
    expect(text).toContain("operations: ['search']");
    expect(text).toContain("url: 'hnsw://it\\'s'");
    expect(text).not.toContain('\n// of');
  });
});

describe('the grade of a machine', () => {
  const QUIET = {
    cores: 8,
    load: 0.1,
    steal: 0,
    timerMs: 1,
    loopbackMs: 0.1,
    openFiles: 65_536,
    diskMs: 3,
  };

  it.each([
    [{}, 'good'],
    [{ cores: 2 }, 'fair'],
    [{ load: 9 }, 'poor'],
    [{ steal: 0.01 }, 'fair'],
    [{ timerMs: 20 }, 'poor'],
    [{ loopbackMs: 1 }, 'fair'],
    [{ openFiles: 256 }, 'poor'],
    [{ openFiles: Number.POSITIVE_INFINITY }, 'good'],
    [{ steal: null, timerMs: null, loopbackMs: null, openFiles: null, diskMs: null }, 'good'],
  ])('with %j is %s', (facts, grade) => {
    expect(worstGrade(gradeFacts({ ...QUIET, ...facts }))).toBe(grade);
  });

  it('says why it is not good', () => {
    const [cores] = gradeFacts({ ...QUIET, cores: 1 });
    expect(cores).toMatchObject({ name: 'cores', value: '1', grade: 'poor' });
    expect(cores?.because).not.toBe('');
  });

  it('is of facts that this machine has', async () => {
    const facts = await machineFacts();
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.load).toBeGreaterThanOrEqual(0);
  });
});

describe('bench completions', () => {
  it('completes commands and flags in bash', async () => {
    const { out } = await runMain(['completions', 'bash'], {});
    const file = join(await temporary(), 'bench.bash');
    await writeFile(file, out);
    const complete = async (...words: string[]): Promise<string[]> => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const script = `source ${file}; COMP_WORDS=(bench ${list}); COMP_CWORD=${words.length}; _bench; echo "\${COMPREPLY[@]}"`;
      return (await promisify(execFile)('bash', ['-c', script])).stdout.trim().split(' ');
    };
    expect(await complete('ret')).toEqual(['retrieve']);
    expect(await complete('baseline', 's')).toEqual(['show']);
    expect(await complete('retrieve', '--incumbent-')).toEqual(['--incumbent-url']);
  });

  it.each(['zsh', 'fish'])('has a script for %s with every command', async (shell) => {
    const { code, out } = await runMain(['completions', shell], {});
    expect(code).toBe(0);
    for (const word of ['retrieve', 'ledger', 'expired', 'sequential']) expect(out).toContain(word);
  });

  it('sets no variable that zsh ties to PATH', async () => {
    const { out } = await runMain(['completions', 'zsh'], {});
    expect(out).not.toMatch(/\bpath=/);
  });

  it.each(['bash', 'zsh', 'fish'])('has a script that %s can parse', async (shell) => {
    const { out } = await runMain(['completions', shell], {});
    const file = join(await temporary(), 'completion');
    await writeFile(file, out);
    const parsed = await promisify(execFile)(shell, ['-n', file]).catch((problem) => {
      // Bash is always here; the other two may not be.
      if (shell !== 'bash' && problem.code === 'ENOENT') return null;
      throw problem;
    });
    expect(parsed?.stderr ?? '').toBe('');
  });

  it('names the shells it has a script for', async () => {
    const { code, err } = await runMain(['completions', 'cmd'], {});
    expect(code).toBe(2);
    expect(err).toContain('bash, zsh, fish');
  });
});

describe('the first words', () => {
  it.each([[[]], [['corpus']], [['baseline']], [['ledger']], [['encoder']]])(
    'bench %j prints help',
    async (argv) => {
      const { out, err } = await runMain(argv, {});
      expect(out).toMatch(/^Usage: bench/);
      expect(err).toBe('');
    },
  );

  it.each(['-v', '--version'])('%s prints the version', async (flag) => {
    expect(await runMain([flag], {})).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each([
    [['retreive'], 'retrieve'],
    [['retrieve', '--incumbant', 'x'], '--incumbent'],
    [['gate', 'pass', '--gates.recal.margin=0.1'], 'recall'],
    [['gate', 'pass', '--gates.slices.skils.recall.margin=0.3'], 'skills'],
  ])('%j suggests the nearest', async (argv, nearest) => {
    const { code, err } = await runMain(argv, { cwd: RUNS });
    expect(code).toBe(2);
    expect(err).toContain(nearest);
  });
});

describe('what a command could only ignore', () => {
  it.each([
    ['gate', 'pass', '--k', '3'],
    ['gate', 'pass', '--corpus', '/nope'],
    ['gate', 'pass', '--quick'],
    ['gate', 'pass', '--set', 'k=3'],
    ['compare', 'pass', 'drop', '--set', 'corpus=/nope'],
    ['baseline', 'show', '--log', '/nope'],
    ['ledger', 'list', '--ledger', '/nope'],
    ['documents', '--results', '/nope'],
    ['health', '--timeout-ms', 'soon'],
  ])('is refused: %s %s %s %s', async (...argv) => {
    const { code, err } = await runMain(
      argv.filter((word) => word !== undefined),
      { cwd: RUNS },
    );
    expect(code).toBe(2);
    expect(err).toMatch(/^bench: .*\n {2}hint: /);
  });
});
