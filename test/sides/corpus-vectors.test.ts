import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vectorCodec } from '../../src/record/tables/vector-table.ts';
import { corpusVectors } from '../../src/sides/corpus-vectors.ts';
import { importFiles, temporaryFolder } from '../corpus/import/harness.ts';

const DOCS = '{"id":"a","text":"one","vector":[1,2]}\n{"id":"b","text":"two","vector":[3,4]}\n';
const QUERIES = '{"id":"q","text":"three","vector":[5,6]}\n';

/** A corpus with vectors, and the file of those of its documents. */
async function corpus(folder: string): Promise<{ out: string; file: string; index: string }> {
  await importFiles(folder, { 'docs.jsonl': DOCS, 'queries.jsonl': QUERIES });
  const vectors = join(folder, 'out', 'vectors');
  const names = await readdir(vectors);
  const name = names.find((one) => one.startsWith('documents')) ?? '';
  const index = join(vectors, 'vectors.json');
  return { out: join(folder, 'out'), file: join(vectors, name), index };
}

test('vectors of a file that was exchanged are not taken for those of the corpus', async () => {
  await using folder = await temporaryFolder();
  const { out, file } = await corpus(folder.path);
  const backend = await corpusVectors(out);
  expect([...(backend.known?.('two', null) ?? [])]).toEqual([3, 4]);
  const bytes = await readFile(file);
  bytes.writeFloatLE(9, bytes.indexOf(Buffer.from(Float32Array.of(3, 4).buffer)));
  await writeFile(file, bytes);
  await expect(corpusVectors(out)).rejects.toThrow(/sha256 is .* and vectors\.json says/);
});

test('two vectors of one row are refused', async () => {
  await using folder = await temporaryFolder();
  const { out, file, index } = await corpus(folder.path);
  const table = {
    ids: ['documents/a', 'documents/a'],
    dimension: 2,
    values: Float32Array.of(1, 2, 3, 4),
  };
  const bytes = Buffer.from(vectorCodec.encode(table).bytes);
  await writeFile(file, bytes);
  const said = JSON.parse(await readFile(index, 'utf8'));
  said.documents[0].sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(index, JSON.stringify(said));
  await expect(corpusVectors(out)).rejects.toThrow(/documents\/a: the corpus has two vectors/);
});

test('ids that lead out of a table are refused', () => {
  const table = { ids: ['a', 'b'], dimension: 2, values: Float32Array.of(1, 2, 3, 4) };
  const bytes = Buffer.from(vectorCodec.encode(table).bytes);
  const offsets = bytes.indexOf(Buffer.from(Int32Array.of(0, 1, 2).buffer));
  bytes.writeInt32LE(900, offsets + 8);
  expect(() => vectorCodec.decode(bytes, 2)).toThrow(/texts is cut short/);
});
