import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { complaint, runsIn, uglyEnd } from './left-behind.ts';
import type { Subject, TryFolder } from './subject.ts';

const FEW = [
  ...['--set', 'quality.maxNeeds=10'],
  ...['--set', 'latency={"blockPairs":2,"requestsPerBlock":20}'],
];

/** `bench sweep`: what is left reads as what it is, and the sweep can be made again over the same indexes. */
export const sweepSubject: Subject = {
  name: 'sweep',
  goesOn: false,
  argv: [
    ...['sweep', '--corpus', 'small', '--embed', 'onnx', '--ingest', 'if-empty'],
    ...['--backend', 'hnsw://sweep-{collection}-{m}?m={m}', '--vary', 'm=4,8', '--effort', '10,40'],
    ...FEW,
  ],
  ends: [0],
  expected: async () => null,
  goOn: async (there) =>
    (await readsBack(there)) ?? (await endsWell(there, sweepSubject.argv, [0])),
};

/** `bench load` on the embedded pair: what is left reads as what it is. */
export const loadSubject: Subject = {
  name: 'load',
  goesOn: false,
  argv: [
    ...['load', '--corpus', 'small', '--rates', '50', '--pairs', '2'],
    ...['--block-size', '20', '--discard', '2', '--warm-up', '1'],
  ],
  ends: [0, 1, 3],
  expected: async () => null,
  goOn: readsBack,
};

/** `bench ingest`: called again it fills what is not full, and every document is there once. */
export const ingestSubject: Subject = {
  name: 'ingest',
  goesOn: true,
  argv: [
    'ingest',
    '--corpus',
    'small',
    '--embed',
    'onnx',
    '--backend',
    'hnsw://filled-{collection}',
  ],
  ends: [0],
  expected: ingested,
  goOn: async (there, expected) => {
    const ended = await endsWell(there, ingestSubject.argv, [0]);
    if (ended !== null) return ended;
    return isDeepStrictEqual(await ingested(there.cwd), expected)
      ? null
      : 'other documents in the index';
  },
};

async function ingested(cwd: string): Promise<unknown> {
  const idsOf = async (collection: string): Promise<unknown> =>
    (JSON.parse(await readFile(join(cwd, `filled-${collection}.json`), 'utf8')) as { ids: unknown })
      .ids;
  return [await idsOf('workers'), await idsOf('jobs')];
}

/** Runs that are left can be judged again, or say in one line why they cannot. */
async function readsBack({ cwd, run }: TryFolder): Promise<string | null> {
  for (const folder of await runsIn(cwd)) {
    for (const command of ['rescore', 'report']) {
      const { code, stderr, signalName } = await run([command, folder]);
      const ugly = uglyEnd({ stderr, signalName });
      if (ugly !== null) return `${command} of what was left: ${ugly}`;
      if (![0, 1, 2].includes(code ?? -1)) {
        return `${command} of what was left ended with ${code}: ${complaint(stderr)}`;
      }
    }
  }
  return null;
}

async function endsWell(
  { run }: TryFolder,
  argv: readonly string[],
  codes: readonly number[],
): Promise<string | null> {
  const { code, stderr } = await run(argv);
  return codes.includes(code ?? -1)
    ? null
    : `called again it ended with ${code}: ${complaint(stderr)}`;
}
