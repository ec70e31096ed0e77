import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { connect, json, serve } from '../wire/loopback.ts';

const SECRET = 'pl4nted-s3cret';
let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

/** Runs a command, and gives what it printed. */
async function printed(argv: readonly string[], env: Record<string, string> = {}) {
  const io = bufferIo({ cwd, env });
  const code = await main(argv, io);
  return { code, text: io.out() + io.err() };
}

it('a variable whose secret begins as a path does is hidden, and one that names a file is not', async () => {
  const env = { AWS_SECRET_ACCESS_KEY: `/${SECRET}`, TOKEN_FILE: cwd };
  const { text } = await printed(['rescore', `${cwd}//${SECRET}`], env);
  expect(text).toContain(`no run in ${cwd}[AWS_SECRET_ACCESS_KEY]`);
});

it.each([
  [
    'a password with a slash',
    ['retrieve', '--incumbent', `http://u:pa/${SECRET}@h`, '--candidate', 'http://h'],
  ],
  [
    'a password of a driver',
    ['retrieve', '--incumbent', `pgvector://u:${SECRET}@h/db`, '--candidate', 'http://h'],
  ],
  ['no URL at all', ['retrieve', '--incumbent', `u:${SECRET}@h`, '--candidate', 'http://h']],
  [
    'a scheme nobody knows',
    ['retrieve', '--incumbent', `foo://u:${SECRET}@h/x?token=${SECRET}`, '--candidate', 'http://h'],
  ],
  [
    'a parameter of an embedder',
    [
      'retrieve',
      '--embed',
      `openai://h?key=${SECRET}`,
      '--incumbent',
      'http://h',
      '--candidate',
      'http://i',
    ],
  ],
  [
    'a parameter of a backend',
    ['retrieve', '--incumbent', `http://h/?token=${SECRET}`, '--candidate', 'http://h'],
  ],
  [
    '--set without an equals sign',
    ['retrieve', '--set', `incumbent.headers.authorization:${SECRET}`],
  ],
  [
    '--set with the equals sign of base64',
    ['retrieve', '--set', `incumbent.headers.authorization: Bearer ${SECRET}=`],
  ],
  ['--set of a judged run', ['gate', 'x', '--set', `pl4nted?s3cret/of=${SECRET}`]],
  ['an unknown flag', ['retrieve', `--header=${SECRET}`]],
  ['a word too many', ['config', `http://u:${SECRET}@h`]],
  ['an address of a queue', ['worker', '--queue', `http://:${SECRET}@h`, '--store', cwd]],
  ['headers of the configuration', ['config', '--set', `incumbent.headers.x-any=${SECRET}`]],
  [
    'an API key of the environment',
    ['config', '--set', `corpus=${SECRET}`],
    { QDRANT_API_KEY: SECRET },
  ],
])('does not show a secret: %s', async (_name, argv, env: Record<string, string> = {}) => {
  const { text } = await printed(argv, env);
  expect(text).not.toContain(SECRET);
  expect(text).not.toBe('');
});

it('names the place of a mistake in JSON, and not what stands there', async () => {
  const file = join(cwd, 'bench.config.json');
  for (const text of [
    `{\n  "incumbent": { "headers": { "authorization": ${SECRET} } } }`,
    `{\n  "a": 1 "token": "${SECRET}"`,
    `{ "token": "${SECRET}`,
  ]) {
    await writeFile(file, text);
    const { code, text: said } = await printed(['config', '--config', file]);
    expect(code).toBe(2);
    expect(said).not.toContain(SECRET.slice(0, 4));
    expect(said).toContain(file);
  }
  await writeFile(file, '{\n  "a": 1 "b": 2 }');
  expect((await printed(['config', '--config', file])).text).toContain(`${file}:2:10: not JSON`);
});

it.each([
  ['ts', `export default {\n  token: ${SECRET} };`],
  ['mts', `export default {\n  token: '${SECRET}' '${SECRET}' };`],
  ['mjs', `export default {\n  token: pl4nted pl4nted };`],
  ['mjs', `export default {\n  token: "${SECRET} };`],
])(
  'names the place of a mistake in a module, and not what stands there: .%s',
  async (ending, text) => {
    const file = join(cwd, `named-${text.length}.config.${ending}`);
    await writeFile(file, text);
    const { code, text: said } = await printed(['config', '--config', file]);
    expect(code).toBe(2);
    expect(said).not.toContain(SECRET.slice(0, 4));
    // Of JavaScript the engine says no line.
    expect(said).toContain(ending === 'mjs' ? file : `${file}:2: `);
  },
);

it('shows the services of a stack without what stands in their URLs', async () => {
  const { url } = await serve((request, response) => {
    response.end(`not ready for ${request.path}`);
  });
  const stack = join(cwd, 'stack.json');
  await writeFile(stack, JSON.stringify([{ name: 'a', url: `${url}/health?token=${SECRET}` }]));
  for (const form of ['terminal', 'markdown', 'json']) {
    const { text } = await printed(['health', '--stack', stack, '-o', form]);
    expect(text).not.toContain(SECRET);
    expect(text).toContain('token=');
  }
});

it('takes no answer that repeats the secret of a header, be it in its body or its head', async () => {
  const headers = { authorization: `Bearer ${SECRET}` };
  for (const where of ['body', 'head', 'error'] as const) {
    const { url } = await serve((request, response) => {
      const got = String(request.headers.authorization);
      if (where === 'head') response.setHeader('x-seen', got);
      json(
        { error: got, results: where === 'body' ? [{ id: got, distance: 0 }] : [] },
        where === 'error' ? 500 : 200,
      )(request, response, undefined as never);
    });
    const outcome = await connect({ url, dialect: goLakehouse(), headers }).search({
      collection: 'c',
      text: 'x',
      k: 1,
    });
    expect(outcome.kind).toBe(where === 'error' ? 'http' : 'malformed');
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  }
});
