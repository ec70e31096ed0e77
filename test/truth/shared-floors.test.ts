import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedFloors, raiseShared } from '../../src/truth/engines/integer/shared-floors.ts';

describe('floors that shards share', () => {
  it('are the highest of the scores told, rounded down to float32', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 }),
        (scores) => {
          const floors = createSharedFloors(2);
          let highest = Number.NEGATIVE_INFINITY;
          for (const score of scores) {
            highest = Math.max(highest, score);
            const floor = raiseShared(floors, 1, score);
            expect(floor).toBeLessThanOrEqual(highest);
            expect(highest - floor).toBeLessThanOrEqual(2 ** -23 * Math.abs(highest) + 2 ** -149);
          }
          expect(raiseShared(floors, 0, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
        },
      ),
    );
  });
});
