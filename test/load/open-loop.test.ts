import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NO_BODY,
  type ReplyHandler,
  type Transport,
} from '../../src/load/connections/transport.ts';
import { runOpenLoop } from '../../src/load/drive/open-loop.ts';
import { measuredRows, tallyRequests } from '../../src/load/find/requests/request-tally.ts';
import { backlogSlope, summarizeTrial } from '../../src/load/find/requests/summary.ts';
import { buildSchedule } from '../../src/load/pace/schedule.ts';
import { outcomeOf } from '../../src/load/recorder.ts';
import type { OutcomeKind } from '../../src/wire/outcome.ts';
import { FakeClock } from './fake-clock.ts';

type Fate = { kind: Exclude<OutcomeKind, 'unsent' | 'timeout'>; afterMs: number } | 'hang';

/** A backend made of a rule: what becomes of each row, given the time since the trial began. */
function ruled(clock: FakeClock, originMs: number, rule: (row: number, nowMs: number) => Fate) {
  return (handler: ReplyHandler): Transport => {
    const open = new Set<number>();
    const end = (row: number, kind: OutcomeKind) => {
      if (open.delete(row)) handler.onEnd(row, kind, clock.now(), NO_BODY);
    };
    return {
      send(row) {
        open.add(row);
        handler.onWritten(row, clock.now());
        const fate = rule(row, clock.now() - originMs);
        if (fate === 'hang') return;
        clock.exactly(fate.afterMs, () => end(row, fate.kind));
      },
      cancel: (row) => end(row, 'timeout'),
      tick: () => {},
    };
  };
}

async function run(
  perSecond: number,
  durationMs: number,
  rule: (row: number, nowMs: number) => Fate,
  deadlineMs = 60_000,
) {
  const clock = new FakeClock({ turnMs: 0.25 });
  const schedule = buildSchedule({
    segments: [{ durationMs, fromPerSecond: perSecond, toPerSecond: perSecond }],
    process: 'constant',
    seed: 1,
    queryCount: 1,
  });
  const result = runOpenLoop({
    schedule,
    deadlineMs,
    clock,
    connect: async (handler) => [ruled(clock, clock.now(), rule)(handler)],
  });
  await clock.run(result);
  return (await result).record;
}

describe('an open loop on a fake clock', () => {
  it('reports p99 = 450 ms for a stall of 500 ms every 5 s, where a closed loop sees next to nothing', async () => {
    const record = await run(1000, 10_000, (_, nowMs) => {
      const phaseMs = nowMs % 5000;
      return { kind: 'ok', afterMs: phaseMs >= 4500 ? 5000 - phaseMs : 0 };
    });
    const { response } = summarizeTrial(record, measuredRows(record));
    expect(response.p99Ms).toBeGreaterThanOrEqual(450);
    expect(response.p99Ms).toBeLessThan(452);
    expect(response.p999Ms).toBeGreaterThanOrEqual(494);
    expect(response.p999Ms).toBeLessThan(496);
    expect(response.p50Ms).toBeLessThan(0.5);
  });

  it('puts a timeout into the distribution as infinite, and ends it at its deadline', async () => {
    const record = await run(
      100,
      1000,
      (row) => (row % 10 === 0 ? 'hang' : { kind: 'ok', afterMs: 1 }),
      200,
    );
    const summary = summarizeTrial(record, measuredRows(record));
    expect(summary.tally.counts).toMatchObject({ ok: 90, timeout: 10 });
    expect(summary.response.p90Ms).toBeLessThan(2);
    expect(summary.response.p95Ms).toBe(Number.POSITIVE_INFINITY);
    expect(summary.response.infiniteCount).toBe(10);
    const age = (record.endMs[0] ?? 0) - (record.schedule.intendedMs[0] ?? 0);
    expect(age).toBeGreaterThanOrEqual(200);
    expect(age).toBeLessThanOrEqual(205.5);
  });

  it('balances the tally whatever becomes of the requests', async () => {
    const fate = fc.oneof(
      fc.constant<Fate>('hang'),
      fc.record({
        kind: fc.constantFrom('ok', 'http', 'reset', 'refused', 'malformed'),
        afterMs: fc.integer({ min: 0, max: 400 }),
      }) as fc.Arbitrary<Fate>,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 20, maxLength: 20 }), async (fates) => {
        const record = await run(100, 200, (row) => fates[row] ?? 'hang', 150);
        const tally = tallyRequests(record);
        const total = Object.values(tally.counts).reduce((sum, count) => sum + count, 0);
        expect(tally.balanced).toBe(true);
        expect(total).toBe(tally.scheduled);
        fates.forEach((one, row) => {
          // Within a sweep of the deadline either end is right.
          if (one !== 'hang' && one.afterMs >= 149 && one.afterMs <= 157) return;
          const late = one === 'hang' || one.afterMs > 150;
          expect(outcomeOf(record, row)).toBe(late ? 'timeout' : one.kind);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('sees the backlog of a backend that works off 100 requests/s while 110 arrive', async () => {
    let busyUntilMs = 0;
    const record = await run(110, 5000, (_, nowMs) => {
      busyUntilMs = Math.max(busyUntilMs, nowMs) + 10;
      return { kind: 'ok', afterMs: busyUntilMs - nowMs };
    });
    expect(backlogSlope(record, measuredRows(record))).toBeCloseTo(10, 0);
  });

  it('sees no backlog where the backend keeps up', async () => {
    const record = await run(100, 3000, () => ({ kind: 'ok', afterMs: 5 }));
    expect(Math.abs(backlogSlope(record, measuredRows(record)) ?? 9)).toBeLessThan(0.5);
  });
});
