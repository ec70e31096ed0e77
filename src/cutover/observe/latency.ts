import type { WireRequest } from '../../wire/dialect.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import type { CandidateState, CutoverLatency } from '../record/observations.ts';
import { askFrontend } from './ask.ts';
import type { CandidateLoad } from './load.ts';

/** How much is measured. */
export interface LatencyShape {
  readonly blockPairs: number;
  readonly requestsPerBlock: number;
}

/** The request whose latency is watched, over a connection of its own. */
export interface WatchedRequest {
  readonly side: HttpAccess;
  readonly request: WireRequest;
}

/** Requests after each switch that are sent and not counted. */
const DISCARDED = 20;

/**
 * Times the incumbent through the frontend in blocks with and without requests to the candidate, in the
 * order quiet, loaded, loaded, quiet, so that drift of the machine falls on both alike.
 */
export async function measureLatency(
  watched: WatchedRequest,
  load: CandidateLoad,
  state: CandidateState,
  shape: LatencyShape,
  signal: AbortSignal,
): Promise<CutoverLatency> {
  const quiet: (number | null)[][] = [];
  const loaded: (number | null)[][] = [];
  try {
    for (let pair = 0; pair < shape.blockPairs; pair++) {
      for (const isLoaded of pair % 2 === 0 ? [false, true] : [true, false]) {
        if (isLoaded) await load.on();
        else await load.off();
        const block: (number | null)[] = [];
        for (let at = -DISCARDED; at < shape.requestsPerBlock; at++) {
          signal.throwIfAborted();
          const answer = await askFrontend(watched.side, watched.request);
          const isAnswered = answer.status === 200;
          if (at >= 0) block.push(isAnswered ? answer.latencyMs : null);
        }
        (isLoaded ? loaded : quiet).push(block);
      }
    }
  } finally {
    await load.off();
  }
  return { state, quiet, loaded };
}
