import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { VectorWriter } from '../../src/record/vectors/vector-writer.ts';
import { randomStream } from '../../src/stats/random.ts';
import { binFile } from '../corpus/import/tiny-files.ts';
import { runCommand } from '../support/run-command.ts';

/** How large a corpus is, and into how many files its vectors are cut. */
export interface CorpusSize {
  readonly rows: number;
  readonly queries: number;
  readonly dimension: number;
  readonly rowsPerFile: number;
}

/** Writes a corpus of clustered vectors, with equal rows in several files, to the folder `corpus` of `cwd`. */
export async function writeCorpusInBlocks(cwd: string, size: CorpusSize): Promise<void> {
  const { rows, queries, dimension, rowsPerFile } = size;
  const random = randomStream(1, 'blocks');
  const centres = Float32Array.from({ length: 50 * dimension }, () => random.normal());
  const table = (count: number) =>
    Float32Array.from({ length: count * dimension }, (_, at) => {
      const centre = Math.floor(at / dimension) % 50;
      return (centres[centre * dimension + (at % dimension)] ?? 0) + 1.4 * random.fraction() - 0.7;
    });
  const documents = table(rows);
  for (const share of [0.3, 0.6, 0.99]) {
    documents.copyWithin(Math.floor(rows * share) * dimension, 0, dimension);
  }
  const asked = table(queries);
  const source = join(cwd, 'source');
  await mkdir(source);
  await writeFile(join(source, 'base.fbin'), binFile(rows, dimension, documents));
  await writeFile(join(source, 'query.fbin'), binFile(queries, dimension, asked));
  await runCommand(corpusCommand, ['corpus', 'import', '--from', source, '--out', 'corpus'], {
    cwd,
  });
  const writer = new VectorWriter(join(cwd, 'corpus/vectors'), {
    valuesPerFile: rowsPerFile * dimension,
  });
  for (let from = 0; from < rows; from += rowsPerFile) {
    const to = Math.min(rows, from + rowsPerFile);
    const ids = Array.from({ length: to - from }, (_, i) => `documents/${from + i}`);
    await writer.add(
      'documents',
      ids,
      dimension,
      documents.slice(from * dimension, to * dimension),
    );
  }
  const ids = Array.from({ length: queries }, (_, i) => String(i));
  await writer.add('queries', ids, dimension, asked);
  await writer.end('a test');
}

/** Holds the files of two stored truths below a folder against each other, byte by byte. */
export async function expectSameTruth(cwd: string, out: string): Promise<void> {
  for (const file of ['truth.fbin', 'truth.ibin', 'truth.json', 'truth.parquet']) {
    const here = await readFile(join(cwd, 'here', file));
    const there = await readFile(join(cwd, out, file));
    expect(Buffer.compare(here, there), file).toBe(0);
  }
}
