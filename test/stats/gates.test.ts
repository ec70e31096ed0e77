import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bettingCapital } from '../../src/stats/decisions/betting-capital.ts';
import { gateDecision } from '../../src/stats/decisions/gate-decision.ts';
import { minimalDetectableEffect, needsForEffect } from '../../src/stats/decisions/mde.ts';
import {
  narrowestMargin,
  needsIfIdentical,
  needsToDecide,
} from '../../src/stats/decisions/needs-to-decide.ts';
import { sequentialGate } from '../../src/stats/decisions/sequential-gate.ts';
import { meanBounds } from '../../src/stats/intervals/bounded-mean-bound.ts';

/** A sample repeated a whole number of times. */
function repeated(values: readonly number[], times: number): number[] {
  return Array.from({ length: times }, () => values).flat();
}

describe('the three-way decision', () => {
  it('passes above −δ, fails at or below it, and decides nothing without bounds', () => {
    expect(gateDecision(-0.004, 0.1, 0.005).state).toBe('pass');
    expect(gateDecision(-0.005, 0.1, 0.005).state).toBe('inconclusive');
    expect(gateDecision(-0.1, -0.005, 0.005).state).toBe('fail');
    expect(gateDecision(null, -0.1, 0.005)).toEqual({
      state: 'inconclusive',
      regressed: false,
      improved: false,
      parity: false,
    });
  });

  it('calls parity only what is within the margin on both sides', () => {
    expect(gateDecision(-0.004, 0.004, 0.005).parity).toBe(true);
    expect(gateDecision(-0.004, 0.006, 0.005).parity).toBe(false);
    expect(gateDecision(-0.004, -0.001, 0.005)).toMatchObject({ state: 'pass', regressed: true });
  });
});

describe('needs that decide', () => {
  it('are 598 for identical backends at a margin of .005 and a level of .05', () => {
    expect(needsIfIdentical(0.005)).toBe(598);
    expect(meanBounds(new Float64Array(598)).lower).toBeGreaterThan(-0.005);
    expect(meanBounds(new Float64Array(597)).lower).toBeLessThan(-0.005);
    expect(needsToDecide(new Float64Array(200), 0.005)).toEqual({ needs: 598, towards: 'pass' });
  });

  it('are the fewest that reach the narrowest margin, whatever margin and level', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 2, noNaN: true }),
        fc.constantFrom(0.01, 0.05, 0.2),
        fc.constantFrom(0.5, 1, 2),
        (margin, alpha, range) => {
          const needs = needsIfIdentical(margin, { alpha, range }) ?? 0;
          expect(narrowestMargin(needs, { alpha, range })).toBeLessThan(margin);
          if (needs > 1) {
            expect(narrowestMargin(needs - 1, { alpha, range })).toBeGreaterThanOrEqual(margin);
          }
        },
      ),
    );
    expect(narrowestMargin(0)).toBe(Number.POSITIVE_INFINITY);
    expect(needsIfIdentical(0)).toBeNull();
  });

  it('are the smallest n at which the repeated sample decides', () => {
    for (const values of [
      [0, 0, 0, 0, 0, 0, 0, 0, 0.1, -0.1],
      [0, 0, 0, -0.1, 0, 0, 0, 0, 0, -0.1],
      [-0.003, 0.001],
    ]) {
      const { needs, towards } = needsToDecide(values, 0.01);
      const decided = (times: number) => {
        const { lower, upper } = meanBounds(repeated(values, times));
        return gateDecision(lower, upper, 0.01).state;
      };
      const times = (needs ?? 0) / values.length;
      expect(decided(Math.ceil(times))).toBe(towards);
      expect(decided(Math.ceil(times) - 1)).toBe('inconclusive');
    }
  });

  it('do not exist for a mean on the margin, and are those of identical backends without data', () => {
    expect(needsToDecide([-0.25], 0.25)).toEqual({ needs: null, towards: null });
    expect(needsToDecide([], 0.005)).toEqual({ needs: 598, towards: 'pass' });
    expect(needsToDecide([-0.25, -0.25 + 1e-9], 0.25).needs).toBeNull();
  });

  it('have a minimal detectable effect of 2.486 sd/√n', () => {
    expect(minimalDetectableEffect(1, 1)).toBeCloseTo(2.486, 3);
    expect(minimalDetectableEffect(1, 0)).toBeNull();
    expect(needsForEffect(0.1, 0)).toBeNull();
    expect(needsForEffect(0.1, 0.01)).toBe(619);
  });
});

describe('the sequential gate', () => {
  it('never passes identical backends before 664 needs at a margin of .005', () => {
    const gate = sequentialGate(0.005);
    for (let need = 0; need < 663; need++) gate.add(0);
    expect([gate.state(), gate.decidedAfter()]).toEqual(['inconclusive', null]);
    gate.add(0);
    expect([gate.state(), gate.decidedAfter()]).toEqual(['pass', 664]);
  });

  it('stops early for a plain loss, and keeps its decision', () => {
    const gate = sequentialGate(0.005);
    while (gate.state() === 'inconclusive') gate.add(-0.5);
    expect(gate.state()).toBe('fail');
    expect(gate.decidedAfter()).toBeLessThan(20);
    for (let need = 0; need < 500; need++) gate.add(1);
    expect(gate.state()).toBe('fail');
    expect(gate.progress().fail).toBeGreaterThanOrEqual(1);
  });

  it('refuses margins and differences that are out of range', () => {
    expect(() => sequentialGate(0)).toThrow(RangeError);
    expect(() => sequentialGate(0.1).add(1.5)).toThrow(RangeError);
  });
});

describe('betting capital', () => {
  it('stays positive, and is a fair game: its mean over all 0-1 sequences is 1 at m = ½', () => {
    const n = 10;
    let above = 0;
    let below = 0;
    for (let bits = 0; bits < 2 ** n; bits++) {
      const values = Array.from({ length: n }, (_, at) => (bits >> at) & 1);
      const capital = bettingCapital(values, 0.5, { truncation: 0.9 });
      expect(Math.min(...capital.above, ...capital.below)).toBeGreaterThan(0);
      above += capital.above.at(-1) ?? 0;
      below += capital.below.at(-1) ?? 0;
    }
    expect(above / 2 ** n).toBeCloseTo(1, 10);
    expect(below / 2 ** n).toBeCloseTo(1, 10);
  });

  it('refuses a null mean of 0 or 1, and has no history without values', () => {
    expect(() => bettingCapital([0.5], 1)).toThrow(RangeError);
    expect(bettingCapital([], 0.5)).toEqual({
      above: [],
      below: [],
      rejectsAtMost: null,
      rejectsAtLeast: null,
    });
  });
});
