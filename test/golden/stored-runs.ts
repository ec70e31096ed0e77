import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { journalSeal } from '../../src/record/run/seal.ts';
import { expectSame, isUpdating } from './expect-golden.ts';

/** Where the stored runs are: `pass` is of a sound pair, `drop` of a candidate with the fault drop:0.05. */
export const RUNS = join(import.meta.dirname, 'runs');

/** Reads a file of a stored run. */
export function storedText(run: string, file: string): Promise<string> {
  return readFile(join(RUNS, run, file), 'utf8');
}

/**
 * Compares a text with the file that a stored run holds; under `npm run golden:update` it is written there
 * instead, and the run's manifest gets its new hash and is sealed again.
 */
export async function expectStored(run: string, file: string, actual: string): Promise<void> {
  const expected = await storedText(run, file);
  if (!isUpdating) return expectSame(`runs/${run}/${file}`, actual, expected);
  await writeFile(join(RUNS, run, file), actual);
  const manifest = JSON.parse(await storedText(run, 'manifest.json')) as StoredManifest;
  for (const entry of manifest.files.filter(({ path }) => path === file)) {
    entry.sizeBytes = Buffer.byteLength(actual);
    entry.sha256 = sha256(actual);
  }
  await seal(run, manifest);
}

interface StoredManifest {
  readonly files: { path: string; sizeBytes: number; sha256: string }[];
  journal?: object;
}

/** Writes a manifest and the last line of the journal, each with the digest of the other. */
async function seal(run: string, manifest: StoredManifest): Promise<void> {
  const journal = await storedText(run, 'journal.jsonl');
  const lines = journal.split('\n').filter((line) => line !== '');
  const finished = JSON.parse(lines.at(-1) ?? '') as object;
  const before = lines.slice(0, -1).map((line) => `${line}\n`);
  const kept = before.join('');
  manifest.journal = journalSeal(Buffer.from(kept));
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(RUNS, run, 'manifest.json'), text);
  const last = JSON.stringify({ ...finished, manifest: sha256(text) });
  await writeFile(join(RUNS, run, 'journal.jsonl'), `${kept}${last}\n`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
