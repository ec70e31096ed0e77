import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.ts';
import { runBench } from './bench-process.ts';

/** Small stored runs of `retrieve`: `drop`, whose candidate lacks documents, `pass`, of a sound pair, and others. */
export const GOLDEN = join(packageRoot(), 'test', 'golden', 'runs');
/** The local model. */
export const ENCODER = join(packageRoot(), 'corpora', 'encoder');

/**
 * Makes a folder with a corpus of 20 documents a collection, named `small`.
 * @throws Error where it cannot be made
 */
export async function makeSmallCorpus(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const argv = ['corpus', 'generate', '--size', '20', '--seed', '3', '--out', 'small'];
  const { code, stderr } = await runBench(argv, { cwd: folder });
  if (code !== 0) throw new Error(`no corpus: ${stderr}`);
}

/** Rows as JSON, a line each. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** The paths of all files below a folder, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
