import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTrial } from '../drive/trial.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { LoadRecord } from '../recorder.ts';
import { type ChildServer, startChildServer } from './child-server.ts';

/**
 * Starts a server that answers every request at once with a JSON body of `sizeBytes`.
 *
 * @param idle what it does between requests: `sleep`, as backends do, and be woken by the machine, which
 *   takes tens of microseconds; or `poll`, which burns a core and leaves nothing but the driver's own time
 */
export function startNullServer(
  sizeBytes: number,
  idle: 'sleep' | 'poll' = 'sleep',
): Promise<ChildServer> {
  const own = extname(fileURLToPath(import.meta.url));
  return startChildServer(new URL(`./null-server${own}`, import.meta.url), [
    String(sizeBytes),
    idle,
  ]);
}

/** What the floor is measured with: the same schedule and sizes as the trial it belongs to. */
export interface FloorOptions {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  readonly warmUpMs: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
  readonly signal?: AbortSignal;
}

/** Latency this suite cannot see below: the same load against a server that does nothing. */
export async function measureFloor(options: FloorOptions): Promise<LoadRecord> {
  const server = await startNullServer(options.replyBytes);
  try {
    const body = Buffer.alloc(options.requestBytes, 'x');
    const trial = await runTrial({
      arms: [
        {
          url: server.url,
          exchanges: [
            { method: 'POST', path: '/', headers: ['content-type', 'application/json'], body },
          ],
        },
      ],
      ratePerSecond: options.ratePerSecond,
      durationMs: options.durationMs,
      process: options.process,
      seed: options.seed,
      warmUpMs: options.warmUpMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return trial.record;
  } finally {
    await server.stop();
  }
}
