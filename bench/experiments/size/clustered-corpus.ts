import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLines } from '../../../src/record/files/write-lines.ts';
import { VECTORS_FOLDER } from '../../../src/record/vectors/vector-index.ts';
import { VectorWriter } from '../../../src/record/vectors/vector-writer.ts';
import { writeClusteredVectors } from './clustered-vectors.ts';

/** What a corpus of a script holds; `slices` are those of every query. */
interface ClusteredCorpus {
  readonly rows: number;
  readonly queries: number;
  readonly dimension: number;
  readonly slices: readonly string[];
  readonly valuesPerFile?: number;
}

/** Writes a corpus folder of clustered vectors with made-up texts, one collection and no judgments. */
export async function writeClusteredCorpus(
  folder: string,
  { rows, queries, dimension, slices, valuesPerFile }: ClusteredCorpus,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeLines(
    join(folder, 'documents.jsonl'),
    jsonLines(rows, (row) => ({ id: String(row), text: `document ${row}`, metadata: {} })),
  );
  await writeLines(
    join(folder, 'queries.jsonl'),
    jsonLines(queries, (row) => ({
      id: String(row),
      need: String(row),
      text: `query ${row}`,
      slices,
      collections: ['documents'],
    })),
  );
  await writeFile(join(folder, 'judgments.tsv'), '');
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: 'growth',
      generator: { texts: 'none' },
      collections: [{ name: 'documents', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  const writer = new VectorWriter(
    join(folder, VECTORS_FOLDER),
    valuesPerFile === undefined ? {} : { valuesPerFile },
  );
  await writeClusteredVectors(writer, { rows, queries, dimension });
}

function* jsonLines(count: number, line: (row: number) => object): Generator<string> {
  for (let row = 0; row < count; row++) yield JSON.stringify(line(row));
}
