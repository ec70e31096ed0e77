import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The code of a page, one block after the other. */
function codeOf(markdown: string): string {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code).join('\n');
}

test('the code of docs/library.md runs as it stands', async () => {
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  // Within the package, so that it finds itself by its own name.
  const folder = await mkdtemp(join(cache, 'library-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const code = codeOf(await readFile(join(ROOT, 'docs/library.md'), 'utf8'));
  await writeFile(join(folder, 'page.ts'), code);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', 'page.ts'],
    { cwd: folder },
  );
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^(pass|fail|inconclusive) \d /);
  expect(stdout).toMatch(/^search recall@10 (pass|fail|inconclusive) -?[\d.]+$/m);
  expect(lines).toContain('equal to the byte');
  expect(stdout).toMatch(/^\d+ 0$/m);
});
