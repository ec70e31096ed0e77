import { createServer } from 'node:http';
import { z } from 'zod';
import type { Progress } from '../../progress.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { Side } from '../../record/types.ts';
import { CHECK_MS, listenOnLoopback } from '../../serve/loopback.ts';
import type { Backend } from '../../wire/backend.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { http } from '../../wire/http/http-backend.ts';

/** Name of the file of a run that holds the floor. */
export const HARNESS_FLOOR_FILE = 'harness-floor.json';

/** How long requests took to a server that does nothing: nothing below that can be seen of a backend. */
export const harnessFloorSchema = z.object({
  /** Milliseconds, in the order of asking. */
  latenciesMs: z.array(z.number().nonnegative()).min(1),
});

export type HarnessFloor = z.output<typeof harnessFloorSchema>;

const REQUESTS = 200;
const WARM_UP = 50;
const BODY_BYTES = 1024;
/** Blocks of fewer requests are no distribution that a floor would be drawn under. */
const LEAST_REQUESTS = 100;

/** What measuring a floor needs. */
interface FloorOptions {
  readonly pair: Readonly<Record<Side, Pick<Backend, 'http'>>>;
  readonly plan: { readonly latency: readonly { readonly queries: readonly unknown[] }[] };
  readonly writer: Pick<RunWriter, 'hasFile' | 'writeJson'>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Measures the floor of a run once and writes it, where a side is asked over HTTP and latency is measured: requests
 * one at a time, through the client that the sides are asked by. That it cannot be measured is noted, and no error.
 */
export async function observeHarnessFloor(options: FloorOptions): Promise<void> {
  const { pair, plan, writer, progress, signal } = options;
  const isOverHttp = pair.incumbent.http !== undefined || pair.candidate.http !== undefined;
  const isTimed = plan.latency.some(({ queries }) => queries.length >= LEAST_REQUESTS);
  if (!isOverHttp || !isTimed || signal.aborted || writer.hasFile(HARNESS_FLOOR_FILE)) return;
  const latenciesMs = await floorLatencies(signal).catch((error: unknown) => {
    progress.note(`the floor of the harness is not known: ${String(error)}`);
    return [];
  });
  if (latenciesMs.length < REQUESTS) return;
  await writer.writeJson(HARNESS_FLOOR_FILE, { latenciesMs } satisfies HarnessFloor);
}

async function floorLatencies(signal: AbortSignal): Promise<number[]> {
  const answer = JSON.stringify({ text: 'x'.repeat(BODY_BYTES) });
  const doesNothing = createServer(
    { connectionsCheckingInterval: CHECK_MS },
    (request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(answer);
    },
  );
  const server = await listenOnLoopback(doesNothing, 0, 'harness-floor');
  const backend = http({ url: server.url, dialect: NULL_DIALECT });
  const taken: number[] = [];
  try {
    for (let at = 0; at < WARM_UP + REQUESTS && !signal.aborted; at++) {
      const { kind, timing } = await backend.health(signal);
      if (kind === 'ok' && at >= WARM_UP) taken.push(timing.endedMs - timing.startedMs);
    }
    return taken;
  } finally {
    await backend.close();
    await server.stop();
  }
}

const NULL_DIALECT: Dialect = {
  name: 'null',
  fingerprint: 'null',
  health: {
    path: '/',
    encode: () => [{ method: 'POST', path: '/', json: { text: 'x'.repeat(BODY_BYTES / 8) } }],
    decode: ([reply]) => {
      JSON.parse(Buffer.from(reply?.bytes ?? []).toString());
      return { service: null, version: null };
    },
  },
};
