import fc from 'fast-check';
import type { VectorTable } from '../../src/record/types.ts';
import { numbered } from './naive.ts';

/** One case for an exact engine. */
export interface AdversarialCase {
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly kPrime: number;
}

const ulpUp = (value: number) => {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0) + 1;
  return new Float32Array(bits.buffer)[0] ?? 0;
};

/**
 * Documents made to confuse: plain rows, exact duplicates, neighbours at 1 ulp, one row far longer,
 * magnitudes of 1e-30 and 1e30, denormals and zero rows; queries of the same kinds.
 */
export function adversarialCases(maxRows: number): fc.Arbitrary<AdversarialCase> {
  const scale = fc.constantFrom(1, 1, 1, 1e-30, 1e30, 1e-42, 1e6, 0);
  const element = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.float({ noNaN: true, noDefaultInfinity: true, min: -4, max: 4 }),
  );
  return fc.integer({ min: 1, max: 37 }).chain((dimension) => {
    const vector = fc
      .tuple(fc.array(element, { minLength: dimension, maxLength: dimension }), scale)
      .map(([values, factor]) => values.map((value) => Math.fround(value * factor)));
    const echo = fc.record({
      of: fc.nat(),
      how: fc.constantFrom('same', 'ulp', 'double', 'thrice', 'negated'),
      at: fc.nat(),
    });
    return fc
      .record({
        rows: fc.array(vector, { maxLength: maxRows }),
        echoes: fc.array(echo, { maxLength: maxRows }),
        queries: fc.array(vector, { maxLength: 5 }),
        asked: fc.array(fc.nat(), { maxLength: 3 }),
        kPrime: fc.integer({ min: 1, max: 12 }),
      })
      .map(({ rows, echoes, queries, asked, kPrime }) => {
        const all = [...rows];
        for (const { of, how, at } of echoes) {
          const original = all[of % Math.max(1, all.length)];
          if (original === undefined) continue;
          const copy = [...original];
          const place = at % dimension;
          if (how === 'ulp') copy[place] = ulpUp(copy[place] ?? 0);
          const factor = { same: 1, ulp: 1, double: 2, thrice: 3, negated: -1 }[how] ?? 1;
          all.push(copy.map((value) => Math.fround(value * factor)));
        }
        const known = asked.flatMap((i) => (all.length === 0 ? [] : [all[i % all.length] ?? []]));
        return {
          documents: numbered(all, dimension),
          queries: numbered([...queries, ...known], dimension),
          kPrime,
        };
      });
  });
}
