import { describe, expect, it } from 'vitest';
import { SHADOW_DEFAULTS } from '../../src/shadow/job/shadow-config.ts';
import { evidenceFold } from '../../src/shadow/judge/evidence.ts';
import { gateSet } from '../../src/shadow/judge/gates.ts';
import { judgeShadow } from '../../src/shadow/judge/verdict.ts';
import { createBreaker } from '../../src/shadow/observe/breaker.ts';
import {
  SHADOW_GATES,
  type ShadowAnswer,
  type ShadowGateName,
  type ShadowPlan,
  type ShadowRow,
} from '../../src/shadow/record/shadow-record.ts';
import { randomOf } from '../../src/stats/random.ts';

const plan: ShadowPlan = { ...SHADOW_DEFAULTS.plan, windowMs: 1000 };

function answer(changes: Partial<ShadowAnswer> = {}): ShadowAnswer {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  return {
    outcome: 'ok',
    status: 200,
    ids,
    collections: ids.map(() => 'workers'),
    similarities: ids.map((_, rank) => 1 - rank / 20),
    latencyMs: 5,
    violations: [],
    ...changes,
  };
}

function row(at: number, changes: Partial<ShadowRow> = {}): ShadowRow {
  return {
    atMs: at,
    epoch: 'one',
    need: `need ${at}`,
    operation: 'retrieve',
    collections: ['workers'],
    k: 10,
    filtered: false,
    text: null,
    incumbent: answer(),
    again: answer(),
    candidate: answer(),
    recall: null,
    ...changes,
  };
}

const FAILED = answer({ outcome: 'http', status: 500, ids: [], collections: [], similarities: [] });

describe('evidence', () => {
  it('counts a need once, however often it is asked', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 500; at++) fold.add(row(at, { need: 'the same', candidate: FAILED }));
    const { gates, needs, rows } = fold.now();
    expect([needs, rows]).toEqual([1, 500]);
    expect(gates.every((gate) => gate.needs <= 1)).toBe(true);
    expect(judgeShadow(fold.now()).verdict).toBe('inconclusive');
  });

  it('passes once every claim has: 664 needs at the narrowest margin', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 663; at++) fold.add(row(at));
    expect(judgeShadow(fold.now()).verdict).toBe('inconclusive');
    for (let at = 663; at < 760; at++) fold.add(row(at));
    expect(judgeShadow(fold.now()).verdict).toBe('pass');
  });

  it('says nothing of agreement where the incumbent is never asked again', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 2000; at++) fold.add(row(at, { again: null }));
    const verdict = judgeShadow(fold.now());
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.notVerified).toEqual(['overlap', 'rbo', 'recall']);
  });

  it('other versions make evidence expire', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 100; at++) fold.add(row(at, { candidate: FAILED }));
    expect(judgeShadow(fold.now()).verdict).toBe('fail');
    fold.add(row(100, { epoch: 'two' }));
    expect(fold.now()).toMatchObject({ expired: 100, rows: 1 });
    expect(judgeShadow(fold.now()).verdict).toBe('inconclusive');
  });

  it('an incumbent that differs from itself is not held against the candidate', () => {
    const random = randomOf(5);
    const noisy = () => {
      const odd = random.fraction() < 0.5;
      return odd ? answer({ ids: ['k', 'l', 'm', 'n', 'o', 'f', 'g', 'h', 'i', 'j'] }) : answer();
    };
    const fold = evidenceFold(plan);
    for (let at = 0; at < 3000; at++) {
      fold.add(row(at, { incumbent: noisy(), again: noisy(), candidate: noisy() }));
    }
    expect(judgeShadow(fold.now()).verdict).not.toBe('fail');
  });

  it('failures of the incumbent are not charged to the candidate', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 500; at++) fold.add(row(at, { incumbent: FAILED, candidate: FAILED }));
    for (let at = 500; at < 900; at++)
      fold.add(row(at, { candidate: answer({ outcome: 'throttled' }) }));
    expect(judgeShadow(fold.now()).failures).toEqual([]);
  });

  it('dates a regression that begins after a long pass by its window', () => {
    const fold = evidenceFold(plan);
    for (let at = 0; at < 20_000; at++) fold.add(row(at));
    expect(judgeShadow(fold.now()).verdict).toBe('pass');
    const worse = answer({ ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'z'] });
    for (let at = 20_000; at < 21_000; at++) fold.add(row(at, { candidate: worse }));
    const { verdict, failures, sentence } = judgeShadow(fold.now());
    expect(verdict).toBe('fail');
    expect(failures.map(({ windowStartMs }) => windowStartMs)).toContain(20_000);
    expect(failures.every(({ windowStartMs }) => windowStartMs === 20_000)).toBe(true);
    expect(sentence).toContain('1970-01-01T00:00:20');
  });

  it('a slow tail fails, and a side that is slow on both does not', () => {
    const slow = (share: number, at: number) =>
      answer({ latencyMs: at % Math.round(1 / share) === 0 ? 200 : 5 });
    const tail = evidenceFold(plan);
    const both = evidenceFold(plan);
    for (let at = 1; at < 2000; at++) {
      tail.add(row(at, { candidate: slow(0.08, at) }));
      both.add(row(at, { incumbent: slow(0.04, at), candidate: slow(0.04, at + 7) }));
    }
    expect(judgeShadow(tail.now()).failures.map(({ gate }) => gate.name)).toContain('slow');
    expect(judgeShadow(both.now()).failures).toEqual([]);
  });

  it('opens windows of the right time again after a clock that was set forward for a while', () => {
    const hourly = { ...plan, windowMs: 3_600_000 };
    const fold = evidenceFold(hourly);
    const hour = (count: number) => count * hourly.windowMs;
    const stamps = [hour(1), hour(2), hour(240), hour(2) + 5, hour(3), hour(4), hour(4) - 1];
    for (const atMs of stamps) fold.add(row(atMs));
    const { windows } = fold.now();
    expect(windows.map(({ startMs, rows }) => [startMs / hour(1), rows])).toEqual([
      [1, 1],
      [2, 1],
      [240, 1],
      [2, 1],
      [3, 1],
      [4, 2],
    ]);
  });

  it('keeps windows that fail, and forgets the oldest of the others', () => {
    const fold = evidenceFold(plan);
    for (let window = 0; window < 300; window++) {
      for (let at = 0; at < 30; at++) {
        const fails = window === 3 ? { candidate: FAILED } : {};
        fold.add(row(1000 * window + at, fails));
      }
    }
    const { windows, windowCount } = fold.now();
    expect(windowCount).toBe(300);
    expect(windows.length).toBeLessThan(210);
    expect(windows.some(({ startMs }) => startMs === 3000)).toBe(true);
  });
});

/** Sequences of needs under the null, looked at after every one of them: a gate stays once it has decided. */
describe('the level holds under continuous peeking', () => {
  const RUNS = 400;
  const NEEDS = 1500;
  const WINDOW = 100;
  const { margins, alpha } = plan;
  const nulls: Readonly<Record<string, (name: ShadowGateName, random: () => number) => number>> = {
    'two sides alike, both noisy': (_, random) =>
      (random() < 0.3 ? 1 : 0) - (random() < 0.3 ? 1 : 0),
    'whole losses as often as the margin allows': (name, random) =>
      random() < margins[name] ? -1 : 0,
    'small losses, all of them at the margin': (name) => -margins[name],
  };
  it.each(Object.keys(nulls))(
    '%s',
    (name) => {
      let failed = 0;
      for (let seed = 0; seed < RUNS; seed++) {
        const random = randomOf(seed);
        const draw = () => random.fraction();
        const level = alpha / 2 / SHADOW_GATES.length;
        const overall = gateSet(plan, level);
        let window = overall;
        let hasFailed = false;
        for (let at = 0; at < NEEDS; at++) {
          if (at % WINDOW === 0) {
            hasFailed ||= window.gates().some(({ state }) => state === 'fail');
            const number = at / WINDOW + 1;
            window = gateSet(plan, level / (number * (number + 1)));
          }
          const differences = Object.fromEntries(
            SHADOW_GATES.map((gate) => [gate, nulls[name]?.(gate, draw) ?? 0]),
          ) as Record<ShadowGateName, number>;
          overall.add(`${at}`, differences, null);
          window.add(`${at}`, differences, null);
        }
        hasFailed ||= overall.gates().some(({ state }) => state === 'fail');
        if (hasFailed) failed += 1;
      }
      // .05, and what 400 runs may show beyond it once in a thousand times.
      expect(failed / RUNS).toBeLessThanOrEqual(0.09);
    },
    60_000,
  );
});

describe('the breaker', () => {
  const limits = { answers: 4, failures: 0.5, loopDelayMs: 50, pauseMs: 100, longestPauseMs: 300 };
  it('opens on failures, tries one after each pause, and closes on an answer', () => {
    const changes: (string | null)[] = [];
    const breaker = createBreaker(limits, (off) => changes.push(off));
    for (const ok of [true, false, true]) breaker.answered(ok, 0);
    expect(breaker.allows(0)).toBe(true);
    breaker.answered(false, 0);
    expect([breaker.isOff(), breaker.allows(50)]).toEqual(['candidate', false]);
    expect([breaker.allows(100), breaker.allows(101)]).toEqual([true, false]);
    breaker.answered(false, 110);
    expect([breaker.allows(250), breaker.allows(310)]).toEqual([false, true]);
    // The one that was let through came to nothing: another is tried.
    expect(breaker.allows(700)).toBe(true);
    breaker.answered(true, 710);
    expect(breaker.isOff()).toBeNull();
    expect(changes).toEqual(['candidate', null]);
  });

  it('opens when the process is late twice in a row', () => {
    const breaker = createBreaker(limits, () => {});
    breaker.loopDelay(80, 0);
    breaker.loopDelay(10, 0);
    breaker.loopDelay(80, 0);
    expect(breaker.isOff()).toBeNull();
    breaker.loopDelay(80, 0);
    expect(breaker.isOff()).toBe('machine');
  });
});
