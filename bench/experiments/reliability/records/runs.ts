import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from '../../size/scratch.ts';
import { runBench, startBench } from '../bench-process.ts';
import { GOLDEN, makeSmallCorpus } from '../inputs.ts';
import { loadSubject, sweepSubject } from '../kills/other-subjects.ts';
import { retrieveSubject } from '../kills/retrieve-subject.ts';
import { askUsers, shadowSubject } from '../kills/shadow-subject.ts';
import { ofCommand, ofRun, readers, runIn, SMALL } from './made-run.ts';
import type { DamagedRecord } from './record.ts';
import { TRAFFIC_RECORDS } from './traffic-runs.ts';

/** How long users are asked for a shadow. */
const SERVED_MS = 1500;

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

/** Several candidates: the folder of all of them, and those of their runs, which it rests on. */
const candidatesRecord: DamagedRecord = {
  name: 'candidates',
  isLog: false,
  make: async (path) => {
    await using scratch = await scratchFolder('record');
    const cwd = scratch.path;
    await makeSmallCorpus(cwd);
    const argv = [...retrieveSubject.argv, '--also', 'hnsw://far-{collection}?m=4'];
    const all = await runIn(cwd, await runBench(argv, { cwd }), '-candidates');
    await rename(all, join(cwd, 'runs', 'all'));
    // No part of a run: it counts how often one looked.
    await rm(join(cwd, 'runs', 'looks.jsonl'), { force: true });
    await rename(join(cwd, 'runs'), path);
  },
  commands: readers(join('candidates', 'all')),
};

/** Runs of the other jobs. */
export const RUN_RECORDS: readonly DamagedRecord[] = [
  ofCommand('load', loadSubject.argv),
  ofCommand('sweep', sweepSubject.argv),
  ofCommand('probes', ['search', ...SMALL]),
  ofCommand('drift', ['drift', ...SMALL]),
  ofCommand('cutover', ['cutover', ...SMALL, '--requests', '20']),
  ...TRAFFIC_RECORDS,
  candidatesRecord,
  ofRun('shadow', async (cwd) => {
    const { child, end, printed } = startBench(shadowSubject.argv, { cwd });
    await askUsers(printed, AbortSignal.timeout(60_000), SERVED_MS);
    child.kill('SIGINT');
    return await end;
  }),
];
