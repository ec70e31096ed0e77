import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPair } from '../../../../src/demo/gateway/pair.ts';
import { type BenchEnd, runBench } from '../bench-process.ts';
import { ENCODER, jsonLines } from '../inputs.ts';
import { type MakeRun, ofRun, runIn, SMALL } from './made-run.ts';
import type { DamagedRecord } from './record.ts';

const TEXTS = ['night shift nurse', 'forklift driver', 'bilingual clerk', 'welder near the port'];

/** Runs that begin with a log of traffic: the capture itself, its replay, and a candidate held against its answers. */
export const TRAFFIC_RECORDS: readonly DamagedRecord[] = [
  ofRun('capture', captured),
  ofRun(
    'replay',
    afterCapture((cwd) => runBench(['replay', 'captured', ...SMALL, '--speed', '20'], { cwd })),
  ),
  ofRun(
    'baseline',
    afterCapture(async (cwd) => {
      const pair = await startPair({
        corpusFolder: join(cwd, 'small'),
        encoderFolder: ENCODER,
        signal: new AbortController().signal,
      });
      try {
        const argv = ['retrieve', '--queries', 'captured', '--baseline', ...SMALL];
        return await runBench([...argv, '--candidate-url', pair.candidateUrl], { cwd });
      } finally {
        await pair.stop();
      }
    }),
  ),
];

async function captured(cwd: string): Promise<BenchEnd> {
  await writeFile(join(cwd, 'access.jsonl'), accessLog());
  return await runBench(['capture', 'access.jsonl', ...SMALL], { cwd });
}

/** Puts a capture in the folder `captured` first. */
function afterCapture(make: MakeRun): MakeRun {
  return async (cwd) => {
    await rename(await runIn(cwd, await captured(cwd)), join(cwd, 'captured'));
    return await make(cwd);
  };
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
