import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { freshFolders } from './fresh-folders.ts';

const USE = join(import.meta.dirname, 'use-onnxruntime.ts');
const run = promisify(execFile);

it.each([
  ['encoder', /^dimension 768$/],
  ['engine in threads', /^dimension 2$/],
  ['thread, after the main thread', /^dimension 768$/],
  ['thread alone', /^onnxruntime-telemetry: import retrieval-parity in the main thread first/],
])('%s: onnxruntime leaves no file in the folders of the user', async (how, says) => {
  await using folders = await freshFolders();
  const { stdout } = await run(process.execPath, [USE, how], folders);
  expect(stdout).toMatch(says);
  expect(await folders.left()).toEqual([]);
});
