// node --conditions=source truth-that-hangs.ts CORPUS OUT SEARCHES: computes truth until the n-th search, then waits to be killed.
import { setTimeout as wait } from 'node:timers/promises';
import { NO_PROGRESS } from '../../../src/progress.ts';
import { openStoredVectors } from '../../../src/record/vectors/stored-vectors.ts';
import { corpusTruth } from '../../../src/truth/corpus/corpus-truth.ts';
import { partsFolder } from '../../../src/truth/corpus/unfinished.ts';
import { float64Engine } from '../../../src/truth/engines/float64-engine.ts';

const [folder = '', out = '', searches = ''] = process.argv.slice(2);
let left = Number(searches);
await corpusTruth({
  folder,
  k: 3,
  metric: null,
  vectors: async () => {
    const vectors = await openStoredVectors(`${folder}/vectors`);
    if (vectors === null) throw new Error('no vectors');
    return vectors;
  },
  partsFolder: (_, inputs) => partsFolder(out, inputs),
  engine: () => ({
    ...float64Engine(),
    topK: async (input) => {
      if (left-- > 0) return float64Engine().topK(input);
      process.stdout.write('waiting\n');
      await wait(60_000);
      throw new Error('was not killed');
    },
  }),
  progress: NO_PROGRESS,
  signal: new AbortController().signal,
});
