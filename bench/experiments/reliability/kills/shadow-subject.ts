import { setTimeout as sleep } from 'node:timers/promises';
import { openRun } from '../../../../src/record/run/open-run.ts';
import { readShadow } from '../../../../src/shadow/job/rescore-shadow.ts';
import { SEGMENT_BLOCK, segmentCodec } from '../../../../src/shadow/record/shadow-record.ts';
import { NO_HANDLES } from '../../../../src/wire/dialect.ts';
import { rustLakehouse } from '../../../../src/wire/lakehouse/rust-lakehouse.ts';
import { complaint, runsIn } from './left-behind.ts';
import type { Subject } from './subject.ts';

const ARGV = ['shadow', '--corpus', 'small', '--port', '0', '--sample', '1', '--again', '0'];

/** `bench shadow` under requests: its evidence reads back, no request counted twice. */
export const shadowSubject: Subject = {
  name: 'shadow',
  goesOn: false,
  argv: ARGV,
  ends: [0, 1, 3],
  latestMs: 12_000,
  accompany: askUsers,
  expected: async () => null,
  goOn: async (cwd, run) => {
    const [folder] = await runsIn(cwd);
    if (folder === undefined) return null;
    const reader = await openRun(folder);
    if (reader.recordNames(SEGMENT_BLOCK, segmentCodec).length > 0) {
      await readShadow(reader);
      const seen = new Set<string>();
      for (const name of reader.recordNames(SEGMENT_BLOCK, segmentCodec)) {
        for (const { atMs, text } of (await reader.record(name, segmentCodec)).rows) {
          const row = `${atMs} ${text}`;
          if (seen.has(row)) return `a request twice: ${row}`;
          seen.add(row);
        }
      }
    }
    const { code, stderr } = await run(['rescore', folder]);
    if ([0, 1, 2].includes(code ?? -1)) return null;
    return `rescore ended with ${code}: ${complaint(stderr)}`;
  },
};

/** Asks the frontend as soon as it tells its URL, a question after the other, each of its own. */
async function askUsers(printed: () => string, signal: AbortSignal): Promise<void> {
  let url: string | undefined;
  while (url === undefined && !signal.aborted) {
    await sleep(50);
    url = /https?:\/\/127\.0\.0\.1:\d+/.exec(printed())?.[0];
  }
  for (let number = 0; !signal.aborted; number++) {
    const [wire] =
      rustLakehouse().retrieve?.encode(
        { collections: ['workers'], text: `night shift nurse ${number}`, k: 10 },
        NO_HANDLES,
      ) ?? [];
    if (wire === undefined) return;
    await fetch(`${url}/api${wire.path}`, {
      method: wire.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wire.json),
      signal,
    })
      .then((response) => response.arrayBuffer())
      .catch(() => {});
    await sleep(20);
  }
}
