import { UsageError } from '../../errors.ts';
import type { Backend } from '../backend.ts';
import { pause } from './pause.ts';
import { wrapped } from './wrapped.ts';

/**
 * A backend that is asked at most so many requests a second, evenly spaced. The wait comes before a request and is
 * not in its time.
 * @throws UsageError unless the pace is above 0.
 */
export function paced(backend: Backend, requestsPerSecond: number): Backend {
  if (!(requestsPerSecond > 0)) {
    throw new UsageError('pace', `pace ${requestsPerSecond}: expected requests per second above 0`);
  }
  const gapMs = 1000 / requestsPerSecond;
  let nextMs = 0;
  return wrapped(backend, async (run, signal) => {
    const nowMs = performance.now();
    const slotMs = Math.max(nowMs, nextMs);
    nextMs = slotMs + gapMs;
    await pause(slotMs - nowMs, signal);
    return await run();
  });
}
