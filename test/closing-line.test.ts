import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const REPORTER = fileURLToPath(new URL('closing-line.ts', import.meta.url));

/** The last line of what is printed, and the exit code, of a run of these test files. */
function endOf(...files: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'closing-line-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [at, content] of files.entries()) writeFileSync(join(root, `${at}.test.js`), content);
  const argv = [VITEST, 'run', '--root', root, '--globals', `--reporter=${REPORTER}`];
  const { stdout, status } = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' });
  return { last: stdout.trimEnd().split('\n').at(-1), status };
}

const SOUND =
  "test('holds', () => {}); test.skip('is skipped', () => {}); test.todo('is to come');";

test('the last line counts what passed, failed and was skipped', () => {
  const wrong = "test('fails', () => { throw new Error('wrong'); });";
  expect(endOf(SOUND)).toEqual({ last: '1 passed, 0 failed, 2 skipped', status: 0 });
  expect(endOf(SOUND, wrong)).toEqual({ last: '1 passed, 1 failed, 2 skipped', status: 1 });
});

test('what fails outside a test is counted as failed, and not as tests that were skipped', () => {
  const failing = "() => { throw new Error('wrong'); }";
  const inSuite = `describe('suite', () => { beforeAll(${failing}); test('waits', () => {}); });`;
  const inFile = `beforeAll(${failing}); test('waits', () => {});`;
  expect(endOf(SOUND, inSuite)).toEqual({ last: '1 passed, 1 failed, 3 skipped', status: 1 });
  expect(endOf(inFile).last).toMatch(/^0 passed, 1 failed, /);
  expect(endOf("throw new Error('no file')").last).toBe('0 passed, 1 failed, 0 skipped');
  const late = "test('holds', () => { Promise.reject(new Error('late')); });";
  expect(endOf(late)).toEqual({ last: '1 passed, 1 failed, 0 skipped', status: 1 });
});
