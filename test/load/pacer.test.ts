import { describe, expect, it } from 'vitest';
import { pace, paceWait, SPIN, systemClock } from '../../src/load/pace/pacer.ts';
import { pause } from '../../src/wire/pace/pause.ts';
import { FakeClock } from './fake-clock.ts';

describe('paceWait', () => {
  it('sends what is due or overdue at once in both modes', () => {
    for (const mode of ['precise', 'eco'] as const) {
      expect(paceWait(10, 10, mode)).toBe(0);
      expect(paceWait(10, 99, mode)).toBe(0);
    }
  });

  it('spins for the last two milliseconds when precise, after a timer that ends before them', () => {
    expect(paceWait(100, 99.9, 'precise')).toBe(SPIN);
    expect(paceWait(100, 98, 'precise')).toBe(SPIN);
    expect(paceWait(100, 90.5, 'precise')).toBe(7);
  });

  it('never spins when eco', () => {
    expect(paceWait(100, 99.9, 'eco')).toBe(1);
    expect(paceWait(100, 90.5, 'eco')).toBe(10);
  });
});

it('a wait of more than a timer takes does not go off at once', async () => {
  const warned: string[] = [];
  const onWarning = ({ name }: Error) => warned.push(name);
  process.on('warning', onWarning);
  let calls = 0;
  const cancel = systemClock.after(2 ** 31, () => {
    calls += 1;
  });
  const ended = new AbortController();
  const paused = pause(2 ** 31, ended.signal).then(() => {
    calls += 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  cancel();
  process.off('warning', onWarning);
  expect([calls, warned]).toEqual([0, []]);
  ended.abort();
  await paused;
});

describe('pace', () => {
  async function fired(
    mode: 'precise' | 'eco',
    clock: FakeClock,
    intended: number[],
    hook?: (row: number) => void,
  ) {
    const startedMs = clock.now();
    const times: number[] = [];
    const report = pace({
      intendedMs: Float64Array.from(intended),
      mode,
      clock,
      startedMs,
      activity: () => times.length,
      fire(row, nowMs) {
        times.push(nowMs);
        hook?.(row);
      },
    });
    await clock.run(report);
    return { times, report: await report };
  }

  it('is late by no more than one turn of the event loop when precise, however late timers are', async () => {
    const clock = new FakeClock({ turnMs: 0.125, timerLateMs: 1 });
    const { times } = await fired('precise', clock, [0, 5, 5.5, 40]);
    expect(times.map((time, row) => time - ([0, 5, 5.5, 40][row] ?? 0))).toEqual([0, 0, 0, 0]);
  });

  it('is as late as its timers when eco', async () => {
    const clock = new FakeClock({ timerLateMs: 1 });
    const { times } = await fired('eco', clock, [0, 5, 40]);
    expect(times).toEqual([0, 6, 41]);
  });

  it('sends everything that fell due during a pause of the thread, and leaves nothing out', async () => {
    const clock = new FakeClock();
    const { times } = await fired('precise', clock, [0, 1, 2, 3, 200], (row) => {
      if (row === 0) clock.stall(100);
    });
    expect(times).toEqual([0, 100, 100, 100, 200]);
  });

  it('counts turns in which nothing happened as idle', async () => {
    const { report } = await fired('precise', new FakeClock({ turnMs: 0.25 }), [0, 2]);
    expect(report).toEqual({ firedCount: 2, idleSpinMs: 2 });
  });

  it('stops when it is aborted and says how far it came', async () => {
    const clock = new FakeClock();
    const interrupt = new AbortController();
    const result = pace({
      intendedMs: Float64Array.of(0, 10, 20),
      mode: 'precise',
      clock,
      startedMs: clock.now(),
      activity: () => 0,
      fire: (row) => {
        if (row === 1) interrupt.abort();
      },
      signal: interrupt.signal,
    });
    await clock.run(result);
    expect((await result).firedCount).toBeLessThan(3);
  });
});
