import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ELSEWHERE = /\/node_modules\/(bullmq|ioredis|s3mini|msgpackr)\/|\/src\/queue\//;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'one-'));
  const text = `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({
  load: (url, context, next) => {
    appendFileSync(${JSON.stringify(join(folder, 'loaded.txt'))}, url + '\\n');
    return next(url, context);
  },
});`;
  await writeFile(join(folder, 'note-loads.mjs'), text);
});
afterAll(() => rm(folder, { recursive: true }));

/** Every file of ours or of a package that a command loads. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const loaded = join(folder, 'loaded.txt');
  await rm(loaded, { force: true });
  await promisify(execFile)(
    process.execPath,
    [
      '--conditions=source',
      '--import',
      join(folder, 'note-loads.mjs'),
      join(ROOT, 'bench/main.ts'),
      ...args,
    ],
    { cwd: folder },
  ).catch(() => {});
  return (await readFile(loaded, 'utf8')).trim().split('\n');
}

it('loads nothing of a queue on one machine, and does where one is named', async () => {
  const corpus = join(ROOT, 'corpora/workers-200');
  const here = await loadedBy(['truth', corpus, '--out', 'here']);
  expect(here.some((url) => url.includes('/src/truth/'))).toBe(true);
  expect(here.filter((url) => ELSEWHERE.test(url))).toEqual([]);
  const queue = ['--queue', 'redis://127.0.0.1:1', '--store', 'store'];
  const there = await loadedBy(['truth', corpus, '--out', 'there', ...queue]);
  expect(there.some((url) => url.includes('/node_modules/bullmq/'))).toBe(true);
  expect(there.some((url) => url.includes('/node_modules/s3mini/'))).toBe(false);
});
