import type { Redis } from 'ioredis';
import { hasEnded, isWaitedFor } from '../server/presence.ts';

const LOOK_MS = 1000;

/**
 * Looks every second whether somebody still waits for a run: a load must not go on when whoever began it was
 * interrupted or died. While the server is away nothing is known, and nothing is stopped.
 *
 * @returns a signal that is aborted once nobody waits
 */
export function watchRun(redis: Redis, run: string): Disposable & { readonly gone: AbortSignal } {
  const gone = new AbortController();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      if ((await hasEnded(redis, run)) || !(await isWaitedFor(redis, run))) gone.abort();
    } catch {
      // The next look comes.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return { gone: gone.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
