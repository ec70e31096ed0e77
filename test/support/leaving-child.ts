import { setTimeout as sleep } from 'node:timers/promises';
import { exactTopK } from '../../src/truth/exact.ts';
import { openReferenceIndex } from '../../src/truth/reference/reference-index.ts';

// Ends after a while, though threads of it are in native code and nobody has asked them to end.
const [work, afterMs] = process.argv.slice(2);
const dimension = 128;
const table = (rows: number) => ({
  ids: Array.from({ length: rows }, (_, row) => `d${row}`),
  dimension,
  values: Float32Array.from({ length: rows * dimension }, (_, at) => Math.sin(at * at + at)),
});
if (work === 'index') {
  void openReferenceIndex({
    documents: table(20_000),
    queries: table(1),
    k: 1,
    cacheFolder: null,
    ...{ M: 48, efConstruction: 800, seed: 1 },
  });
} else {
  void exactTopK({ documents: table(20_000), queries: table(1000), kPrime: 20 });
}
await sleep(Number(afterMs));
process.exit(0);
