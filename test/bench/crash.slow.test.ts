import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../../bench/main.ts');
const RUNS = join(import.meta.dirname, '../golden/runs');

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

/** Runs the command line in a process of its own; `stdout` is a file descriptor, or ignored. */
function run(
  argv: readonly string[],
  options: { cwd?: string; stdout?: number; env?: Record<string, string>; closeErr?: boolean } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...argv], {
    cwd: options.cwd ?? RUNS,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.stdout ?? 'ignore', 'pipe'],
  });
  if (options.closeErr === true) child.stderr?.destroy();
  return ended(child);
}

async function ended(child: ChildProcess): Promise<Ended> {
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, err: said.join('') };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'crash-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

it('a result that cannot be written ends with 4 and one line, whatever the verdict was', async () => {
  const full = await open('/dev/full', 'w');
  const { code, err } = await run(['gate', 'pass'], { stdout: full.fd });
  await full.close();
  expect(code).toBe(4);
  expect(err).toMatch(/^bench: the result could not be written to stdout \(ENOSPC\)\n {2}hint: /);
});

it('so does a result of the conformance program', async () => {
  const program = join(import.meta.dirname, '../../bench/conformance/main.ts');
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, ['--conditions=source', program], {
    stdio: ['ignore', full.fd, 'pipe'],
  });
  const { code, err } = await ended(child);
  await full.close();
  expect(code).toBe(4);
  expect(err).toMatch(
    /^conformance: the result could not be written to stdout \(ENOSPC\)\n {2}hint/,
  );
});

it('a stderr that nobody reads changes no exit code', async () => {
  expect(await run(['rescore', 'nowhere'], { closeErr: true })).toMatchObject({ code: 2 });
});

it('one interrupt ends a command that has nothing to end in order, wherever it is', async () => {
  const cwd = await folder();
  const config =
    "process.stderr.write('reading'); setInterval(() => {}, 1000); await new Promise(() => {});";
  await writeFile(join(cwd, 'bench.config.mjs'), config);
  const argv = ['--conditions=source', MAIN, 'gate', join(RUNS, 'pass')];
  const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.once('data', () => child.kill('SIGINT'));
  expect((await ended(child)).code).toBe(130);
});

it('the end of the terminal ends a command and what it has started', async () => {
  const cwd = await folder();
  const script =
    "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000);";
  const source = { command: [process.execPath, '-e', script] };
  const phases = [{ phase: '1', title: 'one', expect: source, actual: source }];
  await writeFile(
    join(cwd, 'phases.json'),
    JSON.stringify({ schema: 'retrieval-parity/phases@1', phases }),
  );
  const argv = ['--conditions=source', MAIN, 'audit', '--phases', 'phases.json'];
  const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = ended(child);
  const started = async () => Number(await readFile(join(cwd, 'pid'), 'utf8').catch(() => '0'));
  while ((await started()) === 0) await sleep(50);
  child.kill('SIGHUP');
  expect((await end).code).toBe(130);
  const pid = await started();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

it('traffic in more files than may be open at once is captured', async () => {
  const cwd = await folder();
  for (let file = 0; file < 200; file++) await writeFile(join(cwd, `${file}.txt`), `need ${file}`);
  const script = `ulimit -n 64; exec "$0" --conditions=source ${MAIN} capture *.txt`;
  const child = spawn('sh', ['-c', script, process.execPath], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  expect(await ended(child)).toMatchObject({ code: 0 });
});

it('a working folder that was deleted ends with 4 and one line', async () => {
  const cwd = await folder();
  const script = `cd ${cwd} && rmdir ${cwd} && exec "$0" --conditions=source ${MAIN} --version`;
  const child = spawn('sh', ['-c', script, process.execPath], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { code, err } = await ended(child);
  expect(code).toBe(4);
  expect(err).toMatch(/^bench: the working folder does not exist any more\n {2}hint: [^\n]*\n$/);
});

it.each([
  ['ends the process', 'process.exit(0);'],
  ['ends it as a verdict does', 'process.exit(1);'],
  ['awaits what never comes', 'await new Promise(() => {});'],
])('a configuration that %s ends with 4 and one line', async (_, statement) => {
  const cwd = await folder();
  await writeFile(join(cwd, 'bench.config.mjs'), `${statement}\nexport default {};\n`);
  const { code, err } = await run(['config'], { cwd });
  expect(code).toBe(4);
  expect(err).toMatch(/^bench: the process ended before the command did\n {2}hint: [^\n]*\n$/);
});

it.each([
  ['thrown later', 'setTimeout(() => { throw new Error(TEXT) }, 1)'],
  ['of a promise', 'setTimeout(() => { void Promise.reject(new Error(TEXT)) }, 1)'],
])('an error that nobody catches, %s, ends with 4 and one line', async (_, statement) => {
  const cwd = await folder();
  const text = "const TEXT = 'boom\\u001b[31m\\nat https://user:s3cr3t@host/';";
  await writeFile(join(cwd, 'bench.config.mjs'), `${text}\n${statement};\nexport default {};\n`);
  const { code, err } = await run(['config'], { cwd });
  expect(code).toBe(4);
  expect(err).toBe(
    'bench: unexpected: Error: boomU+001B[31m at https://host/ (BENCH_DEBUG=1 shows where)\n',
  );
  const debugged = await run(['config'], { cwd, env: { BENCH_DEBUG: '1' } });
  expect(debugged.code).toBe(4);
  expect(debugged.err).toContain('bench.config.mjs');
  expect(debugged.err).not.toContain('s3cr3t');
});

it('an installation that cannot be loaded ends with 4', async () => {
  const cwd = await folder();
  const { code, err } = await run(['--version'], {
    env: { NODE_OPTIONS: `--import=${await broken(cwd)}` },
  });
  expect(code).toBe(4);
  expect(err).toMatch(/^bench: cannot start: Error: not there\n {2}hint: /);
});

/** A module hook after which commander cannot be loaded. */
async function broken(cwd: string): Promise<string> {
  const file = join(cwd, 'broken.mjs');
  await writeFile(
    file,
    `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => { if (name === 'commander') throw new Error('not there'); return next(name, context); } });
`,
  );
  return file;
}
