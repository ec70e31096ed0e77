import { isDeepStrictEqual } from 'node:util';
import { openRun } from '../../../../src/record/run/open-run.ts';
import { complaint, runsIn } from './left-behind.ts';
import type { Subject } from './subject.ts';

const ARGV = [
  'retrieve',
  ...['--corpus', 'small', '--embed', 'onnx', '--ingest', 'if-empty'],
  ...['--incumbent', 'hnsw://old-{collection}?m=8', '--candidate', 'hnsw://new-{collection}?m=16'],
  ...['--set', 'quality.maxNeeds=20', '--set', 'latency={"blockPairs":2,"requestsPerBlock":20}'],
  ...['--set', 'throughput={"slices":1,"requestsPerSlice":20}'],
];
const ENDS = [0, 1, 3];

/** `bench retrieve`: the same observations after `--resume`, none lost, none doubled, the same vectors. */
export const retrieveSubject: Subject = {
  name: 'retrieve',
  goesOn: true,
  argv: ARGV,
  ends: ENDS,
  expected: async (cwd) => observed((await runsIn(cwd))[0] ?? ''),
  goOn: async ({ cwd, run }, expected) => {
    const [folder] = await runsIn(cwd);
    const again = await run(folder === undefined ? ARGV : [...ARGV, '--resume', folder]);
    // The kill may have come after the last step.
    const wasThrough = again.code === 2 && again.stderr.includes('is complete');
    if (!wasThrough && !ENDS.includes(again.code ?? -1)) {
      return `--resume ended with ${again.code}: ${complaint(again.stderr)}`;
    }
    const runs = await runsIn(cwd);
    if (runs.length !== 1) return `${runs.length} runs where there is one`;
    const found = await observed(runs[0] ?? '');
    if (!isDeepStrictEqual(found, expected)) return 'other observations than without the kill';
    const rescored = await run(['rescore', runs[0] ?? '']);
    return rescored.code === 0 ? null : `rescore ended with ${rescored.code}`;
  },
};

/** What was observed, but for its times: answers in order, and the hashes of the vectors that they rest on. */
async function observed(folder: string): Promise<unknown> {
  const reader = await openRun(folder);
  const rows = await reader.observations();
  return {
    status: reader.manifest?.status ?? 'killed',
    answers: rows.map(
      ({ phase, cell, arm, block, sequence, queryId, ids, similarities, outcome }) =>
        // Which documents of equal score come first is the index's own affair.
        JSON.stringify([phase, cell, arm, block, sequence, queryId, outcome, ids, similarities]),
    ),
    vectors: reader.files
      .filter(({ path }) => path.startsWith('vectors/'))
      .map(({ path, sha256 }) => `${path} ${sha256}`)
      .sort(),
  };
}
