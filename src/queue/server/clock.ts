import type { Redis } from 'ioredis';

/** How far this machine's wall clock is from the queue server's. */
export interface ClockOffset {
  /** Server time − `Date.now()`, milliseconds. */
  readonly offsetMs: number;
  /** The offset is right to this: half of the shortest round trip. */
  readonly uncertaintyMs: number;
}

const PROBES = 15;

/**
 * Measures the offset by the round trip that was shortest (Cristian 1989): the server read its clock somewhere between
 * sending and receiving, so its middle is wrong by at most half of it.
 */
export async function measureClock(redis: Redis): Promise<ClockOffset> {
  let best: ClockOffset = { offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY };
  for (let probe = 0; probe < PROBES; probe++) {
    const sentMs = wallMs();
    const [seconds, micros] = await redis.time();
    const receivedMs = wallMs();
    const uncertaintyMs = (receivedMs - sentMs) / 2;
    if (uncertaintyMs >= best.uncertaintyMs) continue;
    const serverMs = Number(seconds) * 1000 + Number(micros) / 1000;
    best = { offsetMs: serverMs - (sentMs + receivedMs) / 2, uncertaintyMs };
  }
  return best;
}

/** Milliseconds since 1970 with fractions, from a clock that no step of the system's clock moves. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
