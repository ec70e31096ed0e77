import { expect, test } from 'vitest';
import { censusGates } from '../../src/gate/gates/census-gate.ts';
import type { CensusFinding } from '../../src/parity/findings.ts';
import { signTestP } from '../../src/stats/decisions/sign-test.ts';

type Lost = Partial<Pick<CensusFinding, 'missing' | 'elsewhere' | 'displaced'>>;

function candidateGate(incumbent: Lost, candidate: Lost) {
  const side = (name: CensusFinding['side'], lost: Lost): CensusFinding => ({
    ...{ side: name, asked: 80, documents: 80, failed: 0, asks: 3, undefinedCount: 0 },
    ...{ missing: [], elsewhere: [], displaced: [], ...lost },
  });
  const census = [side('incumbent', incumbent), side('candidate', candidate)];
  return censusGates({ census, corpus: {} as never })[1];
}

const named = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `docs/d-${from + at}`);

test.each<[string, Lost, Lost, string]>([
  ['one document behind another, the incumbent none', {}, { displaced: named(1, 1) }, 'fail'],
  ['one not in any answer', { displaced: named(1, 1) }, { missing: named(2, 1) }, 'fail'],
  ['as many as the incumbent', { displaced: named(1, 2) }, { displaced: named(3, 2) }, 'pass'],
  ['fewer', { displaced: named(1, 3) }, { displaced: named(4, 1) }, 'pass'],
  [
    'one that its own text never finds',
    { elsewhere: named(1, 3) },
    { elsewhere: named(4, 1) },
    'fail',
  ],
  ['a few more', { displaced: named(1, 4) }, { displaced: named(5, 6) }, 'inconclusive'],
  ['surely more', { displaced: named(1, 2) }, { displaced: named(3, 12) }, 'fail'],
  ['the same ones', { displaced: named(1, 9) }, { displaced: named(1, 9) }, 'pass'],
])('a candidate that loses %s', (_what, incumbent, candidate, state) => {
  expect(candidateGate(incumbent, candidate)).toMatchObject({ state });
});

test('what both sides lose alike is said', () => {
  const gate = candidateGate({ displaced: named(1, 2) }, { displaced: named(3, 2) });
  expect(gate?.reason).toBe(
    '2 documents are behind a farther one for their own text, docs/d-3 first, and 2 of the incumbent’s: no certain difference',
  );
});

test('the sign test is exact', () => {
  expect(signTestP(1, 0)).toBeCloseTo(0.5, 12);
  expect(signTestP(5, 0)).toBeCloseTo(1 / 32, 12);
  expect(signTestP(8, 2)).toBeCloseTo(56 / 1024, 12);
  expect(signTestP(0, 7)).toBe(1);
  expect(signTestP(0, 0)).toBe(1);
  expect(signTestP(1200, 1000)).toBeLessThan(1e-4);
});
