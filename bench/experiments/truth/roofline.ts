import { availableParallelism } from 'node:os';
import { provenanceNow, writeRecord } from '../stored-record.ts';
import { clusteredTables } from './clustered-table.ts';
import { type Contestant, ownContestant, peerContestant } from './contestants.ts';
import { peerInput } from './python-peer.ts';
import { newestPython } from './python-place.ts';
import { measurePeaks } from './roofline/peaks.ts';
import { type RooflineCase, rooflineSchema } from './roofline/record.ts';
import { stagesOf } from './roofline/stages.ts';

/**
 * What limits exact search by 8-bit integers on this machine: `node --conditions=source
 * bench/experiments/truth/roofline.ts`. `npm run bench -- documents --write` makes the page.
 */
const K = 10;
const ROUNDS = 7;
const SEARCHES = 5;
const CASES = [
  { rows: 100_000, queries: 1_000, dimension: 768 },
  { rows: 10_000, queries: 200, dimension: 768 },
  { rows: 100_000, queries: 1_000, dimension: 128 },
  { rows: 100_000, queries: 1_000, dimension: 100 },
];

const provenance = provenanceNow();
const threads = availableParallelism();
const peaks = await measurePeaks();
const cases: RooflineCase[] = [];
let faiss: string | null = null;
for (const size of CASES) {
  const shardRows = Math.ceil(size.rows / threads);
  const stages = await stagesOf({ ...size, rows: shardRows }, K, SEARCHES);
  cases.push({ ...size, shardRows, stages, ...(await searches(size)) });
  process.stderr.write(`${size.rows} × ${size.queries} × ${size.dimension}\n`);
}
const record = rooflineSchema.parse({
  schema: 'retrieval-parity/roofline@1',
  provenance,
  command: 'node --conditions=source bench/experiments/truth/roofline.ts',
  ...{ threads, k: K, peaks, cases, faiss },
});
await writeRecord('truth/roofline.json', record);

/** Whole searches of both sides in turn. */
async function searches(
  size: (typeof CASES)[number],
): Promise<Pick<RooflineCase, 'int8Ms' | 'faissMs'>> {
  const { rows, queries, dimension } = size;
  const input = { ...clusteredTables(rows, queries, dimension, 1), kPrime: K };
  await using python = await newestPython();
  const sides: Contestant[] = [await ownContestant('int8', input, 'cosine')];
  const ask = await peerInput(python, input, { metric: 'cosine', threads });
  const peer = await peerContestant(python, { name: 'faiss', ...ask });
  if (typeof peer !== 'string') {
    faiss = peer.what;
    sides.push(peer);
  }
  const taken = sides.map((): number[] => []);
  for (const side of sides) await side.prepare();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [at, side] of sides.entries()) {
      const { ms } = await side.search();
      // The first one warms up.
      if (round > 0) taken[at]?.push(ms);
    }
  }
  for (const side of sides) await side.close();
  const [int8Ms = [], faissMs = []] = taken;
  return { int8Ms, faissMs };
}
