import type { Server } from 'node:net';
import { createLiteServer, type LiteReply, replyBytes } from '../../../src/load/floor/http-lite.ts';

/** How a test server behaves; what is left out does not happen. */
export interface Law {
  /** Answers are held while (time since the start) mod everyMs lies within the last forMs. */
  readonly stall?: { readonly everyMs: number; readonly forMs: number };
  /** Every n-th request is answered with status 500. */
  readonly errorEvery?: number;
  /** Every n-th request ends in a TCP reset. */
  readonly resetEvery?: number;
  /** Every n-th request is never answered. */
  readonly hangEvery?: number;
  /** Every n-th request is answered after so many milliseconds, the first rule that fits; others at once. */
  readonly delays?: readonly { readonly every: number; readonly ms: number }[];
  /** Requests a second that are worked off, one after the other, at an even pace. */
  readonly capacityPerSecond?: number;
  /** Size of the JSON answer. */
  readonly replyBytes?: number;
}

/** Whether the request of this index (from 0) is an n-th one. */
export function isNth(index: number, every: number | undefined): boolean {
  return every !== undefined && (index + 1) % every === 0;
}

/** How the law treats a request by its index alone; stalls and capacity come on top. */
export function fateOf(law: Law, index: number): 'hang' | 'reset' | 'error' | 'ok' {
  if (isNth(index, law.hangEvery)) return 'hang';
  if (isNth(index, law.resetEvery)) return 'reset';
  return isNth(index, law.errorEvery) ? 'error' : 'ok';
}

/** A server on loopback that obeys a law; requests are counted from 0 in the order they arrive. */
export function createLawServer(law: Law): Server {
  const padding = 'x'.repeat(Math.max(0, (law.replyBytes ?? 64) - 8));
  const answer = replyBytes(200, `{"x":"${padding}"}`);
  const failure = replyBytes(500, '{"error":"planned"}');
  const startedMs = performance.now();
  const releases = createReleases();
  let busyUntilMs = 0;
  return createLiteServer((reply: LiteReply, index: number) => {
    const fate = fateOf(law, index);
    if (fate === 'hang') return;
    if (fate === 'reset') {
      reply.reset();
      return;
    }
    const bytes = fate === 'error' ? failure : answer;
    const nowMs = performance.now();
    let dueMs = nowMs + (law.delays?.find((rule) => isNth(index, rule.every))?.ms ?? 0);
    if (law.capacityPerSecond !== undefined) {
      busyUntilMs = Math.max(busyUntilMs, nowMs) + 1000 / law.capacityPerSecond;
      dueMs = busyUntilMs;
    }
    if (law.stall !== undefined) {
      const { everyMs, forMs } = law.stall;
      const phaseMs = (dueMs - startedMs) % everyMs;
      if (phaseMs >= everyMs - forMs) dueMs += everyMs - phaseMs;
    }
    if (dueMs <= nowMs) reply.send(bytes);
    else releases.at(dueMs, () => reply.send(bytes));
  });
}

/** Calls back at exact times: a timer until shortly before, then turns of the event loop. */
function createReleases() {
  const SPIN_MS = 2;
  const due: { atMs: number; call: () => void }[] = [];
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;
  const turn = () => {
    timer = null;
    immediate = null;
    const nowMs = performance.now();
    while (due.length > 0 && (due[0]?.atMs ?? 0) <= nowMs) due.shift()?.call();
    const next = due[0];
    if (next === undefined || immediate !== null || timer !== null) return;
    const waitMs = Math.floor(next.atMs - nowMs - SPIN_MS);
    if (waitMs >= 1) timer = setTimeout(turn, waitMs);
    else immediate = setImmediate(turn);
  };
  return {
    at(atMs: number, call: () => void) {
      let index = due.length;
      while (index > 0 && (due[index - 1]?.atMs ?? 0) > atMs) index--;
      due.splice(index, 0, { atMs, call });
      if (index > 0 || immediate !== null) return;
      // The newcomer is due first: a timer that waits for a later one would wake too late.
      if (timer !== null) clearTimeout(timer);
      immediate = setImmediate(turn);
    },
  };
}
