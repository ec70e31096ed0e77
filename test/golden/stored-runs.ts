import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSame, isUpdating } from './expect-golden.ts';

/** Where the stored runs are: `pass` is of a sound pair, `drop` of a candidate with the fault drop:0.05. */
export const RUNS = join(import.meta.dirname, 'runs');

/** Reads a file of a stored run. */
export function storedText(run: string, file: string): Promise<string> {
  return readFile(join(RUNS, run, file), 'utf8');
}

/**
 * Compares a text with the file that a stored run holds; under `npm run golden:update` it is written there
 * instead, and the run's manifest gets its new hash.
 */
export async function expectStored(run: string, file: string, actual: string): Promise<void> {
  const expected = await storedText(run, file);
  if (!isUpdating) return expectSame(`runs/${run}/${file}`, actual, expected);
  if (actual === expected) return;
  await writeFile(join(RUNS, run, file), actual);
  const manifest = JSON.parse(await storedText(run, 'manifest.json')) as {
    files: { path: string; sizeBytes: number; sha256: string }[];
  };
  for (const entry of manifest.files.filter(({ path }) => path === file)) {
    entry.sizeBytes = Buffer.byteLength(actual);
    entry.sha256 = createHash('sha256').update(actual).digest('hex');
  }
  await writeFile(join(RUNS, run, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
