import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VectorTable } from '../../src/record/types.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { mergeLists } from '../../src/truth/engines/merge-lists.ts';
import { adversarialCases } from './adversarial.ts';

function slice(table: VectorTable, from: number, to: number): VectorTable {
  const { ids, dimension, values } = table;
  return {
    ids: ids.slice(from, to),
    dimension,
    values: values.slice(from * dimension, to * dimension),
  };
}

describe('merging exact lists of parts', () => {
  it('gives the list of the whole, however the parts are cut, ordered and nested', async () => {
    const engine = float64Engine();
    await fc.assert(
      fc.asyncProperty(
        adversarialCases(30),
        fc.nat(),
        fc.nat(),
        async ({ documents, queries, kPrime }, cutA, cutB) => {
          const count = documents.ids.length;
          const [from, to] = [cutA % (count + 1), cutB % (count + 1)].sort((a, b) => a - b) as [
            number,
            number,
          ];
          const parts = [
            slice(documents, 0, from),
            slice(documents, from, to),
            slice(documents, to, count),
          ];
          const whole = await engine.topK({ documents, queries, kPrime });
          const lists = await Promise.all(
            parts.map((part) => engine.topK({ documents: part, queries, kPrime })),
          );
          queries.ids.forEach((_, query) => {
            const [a, b, c] = lists.map((result) => result.lists[query]);
            if (a === undefined || b === undefined || c === undefined) throw new Error('no list');
            const expected = whole.lists[query];
            expect(mergeLists([a, b, c], kPrime)).toEqual(expected);
            expect(mergeLists([mergeLists([c, a], kPrime), b], kPrime)).toEqual(expected);
            expect(mergeLists([a, mergeLists([b, c], kPrime)], kPrime)).toEqual(expected);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the empty list of no parts', () => {
    expect(mergeLists([], 3)).toEqual({ keys: [], scores: new Float64Array(0), allowedCount: 0 });
  });
});
