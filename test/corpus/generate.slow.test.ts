import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_SEED, generateCorpus } from '../../src/demo/corpus/generate-corpus.ts';

const RECORD = join(import.meta.dirname, '../../corpora/workers-10k.json');

test('the generator makes workers-10k with the committed hashes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'generate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { name, files } = await generateCorpus({
    size: 10_000,
    seed: DEFAULT_SEED,
    folder: join(folder, '10k'),
  });
  const sha256 = Object.fromEntries(Object.entries(files).map(([file, one]) => [file, one.sha256]));
  expect({ name, size: 10_000, seed: DEFAULT_SEED, sha256 }).toEqual(
    JSON.parse(await readFile(RECORD, 'utf8')),
  );
});
