import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { plantFaults } from '../../../../src/demo/gateway/faults/parse.ts';

/** What one request took on a clock that moves by itself alone, starting `atMs` after the fault was planted. */
async function delaysMs(kind: string, rate: number, startsMs: readonly number[], seed = 1) {
  const plantedMs = performance.now();
  const [hooks] = plantFaults([{ kind, rate, seed }]);
  const delays: number[] = [];
  for (const startMs of startsMs) {
    await vi.advanceTimersByTimeAsync(Math.max(0, plantedMs + startMs - performance.now()));
    const sentMs = performance.now();
    let endMs = Number.NaN;
    const answered = hooks?.around?.(new Request('http://gateway/'), async () => {
      endMs = performance.now();
      return new Response('');
    });
    await vi.runAllTimersAsync();
    await answered;
    delays.push(endMs - sentMs);
  }
  return delays;
}

const COUNT = 400;
const oneByOne = Array.from({ length: COUNT }, () => 0);

describe('on a clock of its own', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('slow-p50 delays its share by 5 ms, slow-tail by 100 ms', async () => {
    for (const [kind, delayMs] of [
      ['slow-p50', 5],
      ['slow-tail', 100],
    ] as const) {
      expect(new Set(await delaysMs(kind, 1, oneByOne))).toEqual(new Set([delayMs]));
      const some = await delaysMs(kind, 0.25, oneByOne);
      expect(new Set(some)).toEqual(new Set([0, delayMs]));
      expect(some.filter((delay) => delay > 0).length / COUNT).toBeCloseTo(0.25, 1);
      expect(await delaysMs(kind, 0.25, oneByOne)).toEqual(some);
      expect(await delaysMs(kind, 0.25, oneByOne, 2)).not.toEqual(some);
    }
  });

  test('periodic-stall holds requests until the stall of their second is over', async () => {
    const delays = await delaysMs('periodic-stall', 0.2, [0, 1150, 2199, 3200, 3900, 5050]);
    expect(delays.map(Math.round)).toEqual([200, 50, 1, 0, 0, 150]);
  });

  test('slow-start delays less and less until the gateway is warm', async () => {
    const delays = await delaysMs('slow-start', 0.1, [0, 15_000, 30_000, 45_000, 60_000, 90_000]);
    expect(delays.map(Math.round)).toEqual([20, 15, 10, 5, 0, 0]);
  });
});

test('hang answers never, and ends when the client is gone', async () => {
  const [hooks] = plantFaults([{ kind: 'hang', rate: 1, seed: 1 }]);
  const client = new AbortController();
  const request = new Request('http://gateway/', { signal: client.signal });
  const next = vi.fn(async () => new Response(''));
  const answered = hooks?.around?.(request, next) ?? Promise.resolve();
  const outcome = await Promise.race([
    answered.then(() => 'answered'),
    new Promise((resolve) => setTimeout(() => resolve('waiting'), 50)),
  ]);
  expect(outcome).toBe('waiting');
  client.abort();
  await expect(answered).rejects.toThrow('client gone');
  expect(next).not.toHaveBeenCalled();
});
