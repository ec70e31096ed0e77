import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { runCommand } from '../support/run-command.ts';

let cwd = '';
const COMMITTED = join(import.meta.dirname, '../../corpora/workers-200');

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'command-'));
});

afterAll(() => rm(cwd, { recursive: true }));

async function run(...argv: string[]) {
  return runWith(new AbortController().signal, ...argv);
}

async function runWith(signal: AbortSignal, ...argv: string[]) {
  return runCommand(corpusCommand, ['corpus', ...argv], { cwd, signal });
}

test('generate writes into the folder named and prints what hash prints', async () => {
  const made = await run('generate', '--size', '60', '--seed', '9', '--out', 'here');
  expect(made.code).toBe(0);
  const [heading, ...lines] = made.stdout.trimEnd().split('\n');
  expect(heading).toBe('workers-60 in here');
  const hashed = await run('hash', 'here');
  expect(hashed.code).toBe(0);
  expect(hashed.stdout.trimEnd().split('\n')).toEqual(lines);
  expect(lines).toHaveLength(5);
});

test('generate writes to corpora/NAME when no folder is named', async () => {
  await run('generate', '--size', '30');
  expect(await readdir(join(cwd, 'corpora'))).toEqual(['workers-30']);
});

test('hash prints the committed corpus as its manifest pins it', async () => {
  const { stdout, code } = await run('hash', COMMITTED);
  expect(code).toBe(0);
  const manifest = await readFile(join(COMMITTED, 'manifest.json'), 'utf8');
  const pinned = stdout.split('\n').slice(0, 4);
  expect(pinned.every((line) => manifest.includes(line.split('  ')[0] ?? '?'))).toBe(true);
});

test('hash ends with exit 2 and names the file that differs from its pin', async () => {
  await run('generate', '--size', '30', '--out', 'changed');
  await writeFile(join(cwd, 'changed', 'queries.jsonl'), '{}\n');
  const { error, stdout } = await run('hash', 'changed');
  expect(stdout.trimEnd().split('\n')).toHaveLength(5);
  expect(error).toMatchObject({ code: 'corpus-hash-mismatch', exitCode: 2 });
  expect(String(error)).toContain('queries.jsonl');
});

test.each([
  [['--size', 'many'], 'usage-number'],
  [['--size', '0'], 'corpus-size'],
  [['--size', '-5'], 'usage-number'],
  [['--seed', '1.5'], 'usage-number'],
  [['--seed', '4294967296'], 'corpus-seed'],
])('generate refuses %j and writes nothing', async (flags, code) => {
  const { error } = await run('generate', ...flags, '--out', 'refused');
  expect(error).toMatchObject({ code, exitCode: 2 });
  expect(await readdir(cwd)).not.toContain('refused');
});

test('generate ends with 130 and nothing written when it is interrupted', async () => {
  const { code, error } = await runWith(AbortSignal.abort(), 'generate', '--out', 'stopped');
  expect(error).toBeNull();
  expect(code).toBe(130);
  expect(await readdir(cwd)).not.toContain('stopped');
});

test('generate names a folder that cannot be one', async () => {
  await writeFile(join(cwd, 'file'), '');
  const { error } = await run('generate', '--size', '30', '--out', 'file/below');
  expect(error).toMatchObject({ code: 'corpus-folder', exitCode: 2 });
});
