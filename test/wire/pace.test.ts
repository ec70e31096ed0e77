import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { call } from '../../src/wire/call.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { Outcome } from '../../src/wire/outcome.ts';
import { paced } from '../../src/wire/pace/paced.ts';
import { PATIENCE, patient } from '../../src/wire/pace/patient.ts';

// A clock that stands still but for the waits: it goes on to the next timer at once.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.setTimerTickMode('nextTimerAsync');
});
afterEach(() => {
  vi.useRealTimers();
});

const TIMING = { startedMs: 0, endedMs: 1 };
const OK = { kind: 'ok' as const, status: 200, sizeBytes: 0, timing: TIMING };
const REQUEST = { collection: 'c', text: 'a', k: 1 };

/** A driver written as a class, which throttles its first requests. */
class Limited implements Backend {
  readonly label = 'limited';
  readonly fingerprint = 'limited@1';
  readonly capabilities = capabilitiesOf({ operations: { health: 'h', search: 's' } });
  readonly startedMs: number[] = [];
  #left: number;
  readonly #retryAfterMs: number | null;

  constructor(throttled: number, retryAfterMs: number | null = 0) {
    this.#left = throttled;
    this.#retryAfterMs = retryAfterMs;
  }

  async health(): Promise<Outcome<{ service: null; version: null }>> {
    return { ...OK, value: { service: null, version: null } };
  }

  async search(): Promise<Outcome<{ hits: [] }>> {
    this.startedMs.push(performance.now());
    if (this.#left-- <= 0) return { ...OK, value: { hits: [] } };
    return {
      kind: 'throttled',
      status: 429,
      detail: 'HTTP 429',
      sizeBytes: 0,
      timing: TIMING,
      retryAfterMs: this.#retryAfterMs,
    };
  }

  async close(): Promise<void> {}
}

describe('a patient backend', () => {
  it('sends a throttled request again, and counts it', async () => {
    const limited = new Limited(3, 5);
    const { backend, waits } = patient(limited);
    expect((await call(backend, 'search', REQUEST)).kind).toBe('ok');
    expect(limited.startedMs).toHaveLength(4);
    expect(waits()).toMatchObject({ count: 3 });
    expect(waits().totalMs).toBe(15);
  });

  it('lets all requests wait together, and counts the time once', async () => {
    const limited = new Limited(4, 20);
    const { backend, waits } = patient(limited);
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => call(backend, 'search', REQUEST)),
    );
    expect(outcomes.every(({ kind }) => kind === 'ok')).toBe(true);
    expect(waits().count).toBe(4);
    expect(waits().totalMs).toBe(20);
  });

  it.each([
    ['a wait that is too long', { maxWaitMs: 10 }, 50, 1],
    ['too many sends', { maxSends: 3 }, 0, 3],
    ['too much in all', { maxTotalMs: 12 }, 5, 3],
  ])('gives up at %s', async (_what, limits, retryAfterMs, sends) => {
    const limited = new Limited(100, retryAfterMs);
    const { backend } = patient(limited, { ...PATIENCE, ...limits });
    expect((await call(backend, 'search', REQUEST)).kind).toBe('throttled');
    expect(limited.startedMs).toHaveLength(sends);
  });

  it('stops waiting when it is interrupted', async () => {
    const { backend } = patient(new Limited(100, 10_000));
    const outcome = await call(backend, 'search', REQUEST, AbortSignal.timeout(20));
    expect(outcome.kind).toBe('throttled');
  });

  it('is the same backend in all that it says of itself', () => {
    const limited = new Limited(0);
    const { backend } = patient(limited);
    expect(backend.capabilities).toBe(limited.capabilities);
    expect([backend.label, backend.fingerprint]).toEqual(['limited', 'limited@1']);
    expect(backend.retrieve).toBeUndefined();
  });
});

describe('a paced backend', () => {
  it('is asked at evenly spaced times, however many ask at once', async () => {
    const limited = new Limited(0);
    const backend = paced(limited, 100);
    await Promise.all(Array.from({ length: 5 }, () => call(backend, 'search', REQUEST)));
    const [first = 0, ...others] = limited.startedMs;
    expect(others.map((startedMs) => startedMs - first)).toEqual([10, 20, 30, 40]);
  });

  it('refuses a pace that is none', () => {
    expect(() => paced(new Limited(0), 0)).toThrow('expected requests per second above 0');
  });
});
