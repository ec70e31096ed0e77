import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { embedderNamed } from '../../src/sides/embedder-named.ts';
import { call } from '../../src/wire/call.ts';
import { runCommand } from '../support/run-command.ts';
import { answerOf } from '../wire/contract/contract.ts';

const places = { corpus: 'corpora/workers-200', encoder: 'corpora/encoder' };

describe('an embedder that is named', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedders-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('onnx is the local encoder, bit for bit', async () => {
    const embedder = await embedderNamed('onnx', places);
    const named = await embedderNamed('onnx:corpora/encoder', { ...places, encoder: '/nowhere' });
    const encoder = await loadEncoder('corpora/encoder');
    const texts = ['a welder in Toledo', ''];
    const wanted = await encoder.embed(texts, 'query');
    for (const backend of [embedder, named]) {
      const answer = answerOf(await call(backend, 'embed', { texts, kind: 'query' }));
      expect(answer.vectors).toEqual(wanted);
      expect(answer.dimension).toBe(768);
      expect(answer.model).toContain(encoder.fingerprint.slice(0, 12));
      await backend.close();
      await backend.close();
    }
    await encoder.close();
  });

  it('corpus gives the vectors that the corpus carries, and knows no other text', async () => {
    const base = join(folder, 'base.jsonl');
    const queries = join(folder, 'queries.jsonl');
    await writeFile(base, '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[3,4]}\n');
    await writeFile(queries, '{"id":"q","vector":[5,6]}\n');
    const out = join(folder, 'corpus');
    const imported = await runCommand(corpusCommand, [
      'corpus',
      'import',
      '--from',
      `documents=${base}`,
      `queries=${queries}`,
      '--out',
      out,
    ]);
    expect(imported.code, imported.stderr).toBe(0);
    const embedder = await embedderNamed('corpus', { ...places, corpus: out });
    const embed = (texts: string[]) => call(embedder, 'embed', { texts, kind: 'query' });
    const { vectors } = answerOf(
      await embed(['document of documents: b', 'query q', 'document of documents: a']),
    );
    expect(vectors.map((vector) => [...vector])).toEqual([
      [3, 4],
      [5, 6],
      [1, 2],
    ]);
    expect((await embed(['query q', 'another text'])).kind).toBe('unsupported');
  });

  it('is refused where the corpus carries none, and where nothing has its name', async () => {
    await expect(embedderNamed('corpus', places)).rejects.toMatchObject({ code: 'corpus-vectors' });
    await expect(embedderNamed('onnx:/nowhere', places)).rejects.toMatchObject({ exitCode: 2 });
    await expect(embedderNamed('https://me:geheim@host', places)).rejects.toMatchObject({
      message: 'no embedder is named https://host',
    });
  });
});
