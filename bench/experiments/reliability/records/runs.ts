import { cp, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from '../../size/scratch.ts';
import { runBench, startBench } from '../bench-process.ts';
import { GOLDEN, jsonLines, makeSmallCorpus } from '../inputs.ts';
import { complaint, runsIn } from '../kills/left-behind.ts';
import { loadSubject, sweepSubject } from '../kills/other-subjects.ts';
import { askUsers, shadowSubject } from '../kills/shadow-subject.ts';
import type { DamagedRecord } from './record.ts';

/** How long users are asked for a shadow. */
const SERVED_MS = 1500;

const PAIR = ['--corpus', 'small'];
const TEXTS = ['night shift nurse', 'forklift driver', 'bilingual clerk', 'welder near the port'];

/** The main job's run, from the repository: made anew it would take longer. */
export const retrieveRecord: DamagedRecord = {
  name: 'retrieve',
  isLog: false,
  make: async (path) => {
    await cp(join(GOLDEN, 'drop'), path, { recursive: true });
  },
  commands: [
    ['rescore', 'retrieve'],
    ['gate', 'retrieve'],
    ['gate', 'retrieve', '--gates.recall.margin=0.4'],
    ['compare', join(GOLDEN, 'pass'), 'retrieve', '-o', 'markdown'],
    ['explain', 'retrieve', '-o', 'markdown'],
    ['report', 'retrieve', '-o', 'markdown'],
    ['export', '--trec', 'retrieve', '--out', 'trec'],
  ],
};

/** Runs of the other jobs. */
export const RUN_RECORDS: readonly DamagedRecord[] = [
  ofRun('load', [...loadSubject.argv]),
  ofRun('sweep', [...sweepSubject.argv]),
  ofRun('probes', ['search', ...PAIR]),
  ofRun('drift', ['drift', ...PAIR]),
  ofRun('cutover', ['cutover', ...PAIR, '--requests', '20']),
  ofRun('capture', ['capture', 'access.jsonl', ...PAIR]),
  {
    ...ofRun('shadow', []),
    make: (path) =>
      made(path, async (cwd) => {
        const { child, end, printed } = startBench(shadowSubject.argv, { cwd });
        await askUsers(printed, AbortSignal.timeout(60_000), SERVED_MS);
        child.kill('SIGINT');
        return await end;
      }),
  },
];

function ofRun(name: string, argv: readonly string[]): DamagedRecord {
  return {
    name,
    isLog: false,
    make: (path) => made(path, (cwd) => runBench(argv, { cwd })),
    commands: [
      ['rescore', name],
      ['report', name, '-o', 'markdown'],
    ],
  };
}

/** Puts the run that a command leaves in its place. */
async function made(
  path: string,
  run: (cwd: string) => ReturnType<typeof runBench>,
): Promise<void> {
  await using scratch = await scratchFolder('record');
  const cwd = scratch.path;
  await makeSmallCorpus(cwd);
  await writeFile(join(cwd, 'access.jsonl'), accessLog());
  const { code, stderr } = await run(cwd);
  const [folder] = await runsIn(cwd);
  if (folder === undefined) throw new Error(`no run: ended with ${code}: ${complaint(stderr)}`);
  // Where a command looks for what is named relative to its folder.
  await cp(join(cwd, 'small'), join(path, '..', 'small'), { recursive: true });
  await rename(folder, path);
}

/** Questions as the incumbent's clients ask them, with its answers. */
function accessLog(): string {
  const rows = Array.from({ length: 12 }, (_, at) => ({
    time: new Date(1_790_000_000_000 + 500 * at).toISOString(),
    method: 'POST',
    path: '/api/vectors/hybrid',
    body: {
      question: TEXTS[at % TEXTS.length],
      index_name: 'workers',
      top_k: 5,
      generate: false,
    },
    status: 200,
    response: {
      sources: [{ doc_id: `w-${at % 3}`, score: 0.9, metadata: {} }],
      sql_matches: null,
      method: 'vector',
    },
  }));
  return jsonLines(rows);
}
