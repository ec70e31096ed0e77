import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { requireTexts } from '../../src/corpus/texts.ts';
import { drift } from '../../src/drift/job/drift.ts';
import { load } from '../../src/load/job/load.ts';
import { probe } from '../../src/probes/job/probe.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { importFiles, temporaryFolder } from './import/harness.ts';
import { binFile, COUNT, DIMENSION, ROWS } from './import/tiny-files.ts';

test('nothing asks a corpus of vectors alone by texts that nobody wrote', async () => {
  await using folder = await temporaryFolder();
  const base = binFile(COUNT, DIMENSION, ROWS);
  await importFiles(folder.path, { 'base.fbin': base, 'query.fbin': base });
  const corpus = join(folder.path, 'out');
  // Neither side is there: what is refused is refused before anything is asked.
  const nobody = { url: 'http://127.0.0.1:1' };
  const { config } = await resolveConfig({
    cwd: folder.path,
    env: {},
    flags: [{ origin: 'test', value: { corpus, incumbent: nobody, candidate: nobody } }],
  });
  const refusal = {
    name: 'UsageError',
    code: 'corpus-no-texts',
    message: `${corpus}: 5 of 5 documents and 5 of 5 queries have a vector and no text, so that they cannot be asked by text`,
  };
  await expect(retrieve(config)).rejects.toMatchObject(refusal);
  await expect(load(config)).rejects.toMatchObject(refusal);
  await expect(drift(config)).rejects.toMatchObject(refusal);
  await expect(probe(config, { probes: [{ probe: 'search' }] })).rejects.toMatchObject(refusal);
  await expect(
    probe(config, { probes: [{ probe: 'embed', texts: 'corpus' }] }),
  ).rejects.toMatchObject({ ...refusal, message: expect.stringMatching(/cannot be embedded$/) });
});

test('a corpus with texts is taken', async () => {
  await using folder = await temporaryFolder();
  await importFiles(folder.path, {
    'docs.jsonl': '{"_id":"d","text":"x"}',
    'queries.jsonl': '{"_id":"q","text":"y"}',
  });
  const corpus = await loadCorpus(join(folder.path, 'out'));
  expect(() => requireTexts(corpus, 'asked by text')).not.toThrow();
  const [query] = corpus.queries;
  const asked = query === undefined ? [] : [query, { ...query, id: 'v', textless: true as const }];
  expect(() => requireTexts({ ...corpus, queries: asked }, 'asked by text')).toThrow(
    /: 1 of 2 queries have a vector and no text/,
  );
});
