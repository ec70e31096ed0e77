import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { PLANTED, plantedShapley, swapped } from './planted-faults.ts';
import { plantedWorld, recorded, SOUND } from './planted-world.ts';

const seed = fc.integer({ min: 1, max: 1e6 });

/** One fault, or two of different components that do not mask each other. */
const faults = fc.uniqueArray(fc.constantFrom(...PLANTED), {
  minLength: 1,
  maxLength: 2,
  selector: ({ component }) => component,
});

describe('in any planted world', () => {
  it('φ is the Shapley value of the planted game within .05, and swapping the sides leaves it', () => {
    const seen = new Set<string>();
    const unexplained: string[] = [];
    fc.assert(
      fc.property(seed, faults, (from, chosen) => {
        const world = plantedWorld(from);
        const side = Object.assign({ ...SOUND }, ...chosen.map(({ plant }) => plant(world)));
        const components = chosen.map(({ component }) => component);
        const input = recorded(world, SOUND, side);
        const { finding } = attribute(input);
        const back = attribute(swapped(input)).finding;
        const expected = plantedShapley(world, side, components);
        // Two that are seen through each other may be too much: then it is said, and no name is given.
        if (chosen.length === 2 && finding.status === 'unexplained') {
          unexplained.push(components.join(' and '));
          expect(finding.measures.flatMap(({ shares }) => shares)).toEqual([]);
          return;
        }
        expect(finding.status, chosen.map(({ name }) => name).join(' and ')).toBe('explained');
        for (const [at, measure] of finding.measures.entries()) {
          if (!measure.accepted) continue;
          for (const [index, component] of components.entries()) {
            seen.add(component);
            const share = measure.shares.find((entry) => entry.component === component);
            const planted = expected.get(measure.measure)?.[index] ?? Number.NaN;
            const off = Math.abs((share?.phi.mean ?? 0) - planted);
            const names = chosen.map(({ name }) => name).join(' and ');
            expect(off, `${names}: φ of ${component} against ${planted}`).toBeLessThanOrEqual(0.05);
          }
          for (const { component, phi } of measure.shares) {
            const same = back.measures[at]?.shares.find((entry) => entry.component === component);
            expect(same?.phi.mean).toBeCloseTo(phi.mean, 9);
          }
        }
      }),
      { numRuns: 32, seed: 5, endOnFailure: true },
    );
    expect(unexplained.length, unexplained.join(', ')).toBeLessThanOrEqual(5);
    expect([...seen].sort()).toEqual(
      [...new Set(PLANTED.map(({ component }) => component))].sort(),
    );
  }, 900_000);
});
