import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { openResumable } from '../../../../src/record/run/resume-run.ts';
import { type RecordedShadow, readShadow } from '../../../../src/shadow/job/rescore-shadow.ts';
import {
  SEGMENT_BLOCK,
  SHADOW_PLAN_BLOCK,
  type ShadowRow,
  segmentCodec,
  shadowPlanCodec,
} from '../../../../src/shadow/record/shadow-record.ts';
import { NO_HANDLES } from '../../../../src/wire/dialect.ts';
import { rustLakehouse } from '../../../../src/wire/lakehouse/rust-lakehouse.ts';
import { complaint, runsIn } from './left-behind.ts';
import type { Subject, TryFolder } from './subject.ts';

const ARGV = ['shadow', '--corpus', 'small', '--port', '0', '--sample', '1', '--again', '0'];
/** Time that users are served for after going on. */
const SERVED_MS = 1500;
/** Those of an answer; the usual end is an interrupt. */
const ENDS = [0, 1, 3];

/** `bench shadow` under requests: its evidence reads back, and `--resume` adds to it; no request counted twice. */
export const shadowSubject: Subject = {
  name: 'shadow',
  goesOn: true,
  argv: ARGV,
  ends: ENDS,
  latestMs: 9_000,
  accompany: async (printed, signal) => void (await askUsers(printed, signal)),
  expected: async () => null,
  goOn: async (there) => {
    const [folder] = await runsIn(there.cwd);
    if (folder === undefined) return null;
    const before = await evidenceIn(folder);
    const wrong = (await othersRefused(there, folder)) ?? (await servedAgain(there, folder));
    if (wrong !== null) return wrong;
    const after = await evidenceIn(folder);
    if (!isDeepStrictEqual(after.rows.slice(0, before.rows.length), before.rows)) {
      return 'requests on record were lost or changed';
    }
    const seen = new Set(after.rows.map(({ atMs, text }) => `${atMs} ${text}`));
    if (seen.size < after.rows.length) return 'a request twice';
    if (after.rows.length === before.rows.length) return 'no request was added';
    const mirrored = after.recorded?.tally.mirrored;
    if (mirrored !== after.rows.length)
      return `${mirrored} mirrored, ${after.rows.length} on record`;
    const { code, stderr } = await there.run(['rescore', folder]);
    return code === 0 ? null : `rescore ended with ${code}: ${complaint(stderr)}`;
  },
};

interface Evidence {
  /** Null where the run was killed before its plan. */
  readonly recorded: RecordedShadow | null;
  readonly rows: readonly ShadowRow[];
}

async function evidenceIn(folder: string): Promise<Evidence> {
  const reader = await openResumable(folder);
  if (reader === null) return { recorded: null, rows: [] };
  const isPlanned = reader.recordNames(SHADOW_PLAN_BLOCK, shadowPlanCodec).length > 0;
  const rows: ShadowRow[] = [];
  for (const name of reader.recordNames(SEGMENT_BLOCK, segmentCodec)) {
    rows.push(...(await reader.record(name, segmentCodec)).rows);
  }
  return { recorded: isPlanned ? await readShadow(reader) : null, rows };
}

/** Whether a run that said what it asks is not gone on with over other backends. */
async function othersRefused({ run }: TryFolder, folder: string): Promise<string | null> {
  if (((await openResumable(folder))?.description ?? null) === null) return null;
  const nobody = 'http://127.0.0.1:1';
  const { code, stderr } = await run([
    ...[...ARGV, '--resume', folder],
    ...['--incumbent-url', nobody, '--candidate-url', nobody],
  ]);
  const isRefused = code === 2 && stderr.includes('was begun with another');
  return isRefused ? null : `other backends: ended with ${code}: ${complaint(stderr)}`;
}

/** Goes on, serves users for a while, and is interrupted. */
async function servedAgain({ start }: TryFolder, folder: string): Promise<string | null> {
  const { child, end, printed } = start([...ARGV, '--resume', folder]);
  const stop = new AbortController();
  void end.then(() => stop.abort());
  const count = await askUsers(printed, stop.signal, SERVED_MS).catch(() => 0);
  child.kill('SIGINT');
  const { code, stderr } = await end;
  if (![...ENDS, 130].includes(code ?? -1))
    return `--resume ended with ${code}: ${complaint(stderr)}`;
  return count > 0 ? null : 'no user was served after going on';
}

/**
 * Asks the frontend as soon as it tells its URL, a question after the other, each of its own.
 * @returns how many were answered
 */
export async function askUsers(
  printed: () => string,
  signal: AbortSignal,
  forMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  let url: string | undefined;
  while (url === undefined && !signal.aborted) {
    await sleep(50);
    url = /https?:\/\/127\.0\.0\.1:\d+/.exec(printed())?.[0];
  }
  const until = performance.now() + forMs;
  let answered = 0;
  for (let number = 0; !signal.aborted && performance.now() < until; number++) {
    const [wire] =
      rustLakehouse().retrieve?.encode(
        { collections: ['workers'], text: `night shift nurse ${number}`, k: 10 },
        NO_HANDLES,
      ) ?? [];
    if (wire === undefined) return answered;
    await fetch(`${url}/api${wire.path}`, {
      method: wire.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wire.json),
      signal,
    })
      .then((response) => response.arrayBuffer())
      .then(
        () => {
          answered += 1;
        },
        () => {},
      );
    await sleep(2);
  }
  return answered;
}
