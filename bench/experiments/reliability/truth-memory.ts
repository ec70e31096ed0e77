import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../size/run-child.ts';
import { runBench } from './bench-process.ts';
import { type Experiment, tryEach } from './experiment.ts';
import { writeVectors } from './kills/vector-corpus.ts';

const SIZES = [50_000, 150_000, 400_000];
const GIB = 2 ** 30;
/** What docs/truth.md promises: a block of vectors and its threads, and what is held of each document. */
const FLOOR_BYTES = GIB;
const BYTES_A_DOCUMENT = 1024;

/** Peak memory of `bench truth`, which holds ids and texts of a corpus and one block of its vectors. */
export const truthMemoryExperiment: Experiment = {
  name: 'truth-memory',
  tries:
    'bench truth of 50,000, 150,000 and 400,000 documents in a process of its own: at most 1 GiB and 1 KiB a document of resident memory',
  count: { full: SIZES.length, short: 1 },
  run: (options) =>
    tryEach({ ...options, tries: Math.min(options.tries, SIZES.length) }, async (seed) => {
      const rows = SIZES[(seed - 1) % SIZES.length] ?? 0;
      const cwd = join(options.folder, String(rows));
      await mkdir(cwd);
      await writeVectors(join(cwd, 'source'), { rows, queries: 100, dimension: 32, seed });
      const imported = await runBench(['corpus', 'import', '--from', 'source', '--out', 'corpus'], {
        cwd,
      });
      if (imported.code !== 0) return `import: ${imported.stderr}`;
      const { peakBytes } = await runChild(
        '../../main.ts',
        ['truth', 'corpus', '-k', '10', '--out', 'truth'],
        cwd,
      );
      const bound = FLOOR_BYTES + rows * BYTES_A_DOCUMENT;
      const gib = (bytes: number) => (bytes / GIB).toFixed(2);
      return peakBytes <= bound
        ? null
        : `${rows} documents took ${gib(peakBytes)} GiB, more than ${gib(bound)}`;
    }),
};
