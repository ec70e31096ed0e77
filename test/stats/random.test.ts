import { describe, expect, it } from 'vitest';
import { randomOf, randomStream } from '../../src/stats/random.ts';

describe('a seeded stream', () => {
  it('gives the numbers that stored plans and corpora were made with', () => {
    const random = randomStream(7, 'quality search');
    expect(Array.from({ length: 6 }, () => random.below(1000))).toEqual([
      255, 311, 371, 300, 8, 157,
    ]);
    expect(randomOf(42).bits32()).toBe(4294967253);
    expect(randomStream(1, 'needs').shuffled([1, 2, 3, 4, 5, 6, 7])).toEqual([6, 5, 1, 3, 4, 2, 7]);
  });

  it('is its own for each name', () => {
    const first = (name: string) => randomStream(1, name).bits32();
    expect(new Set(['needs', 'census', 'latency search', ''].map(first)).size).toBe(4);
  });

  it('stays within its bounds', () => {
    const random = randomOf(3);
    const drawn = Array.from({ length: 2000 }, () => random.integer(-2, 2));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(new Set(Array.from({ length: 500 }, () => random.below(3)))).toEqual(new Set([0, 1, 2]));
    const normal = Array.from({ length: 4000 }, random.normal);
    expect(Math.abs(normal.reduce((sum, value) => sum + value, 0) / normal.length)).toBeLessThan(
      0.1,
    );
  });

  it('draws a sample without repeats, and picks from what there is', () => {
    const items = ['a', 'b', 'c', 'd'];
    const random = randomOf(5);
    expect(random.sample(items, 9).toSorted()).toEqual(items);
    expect(new Set(random.sample(items, 3)).size).toBe(3);
    expect(items).toContain(random.pick(items));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
