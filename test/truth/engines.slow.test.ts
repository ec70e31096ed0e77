import fc from 'fast-check';
import { afterAll, describe, it } from 'vitest';
import { adversarialCases } from './adversarial.ts';
import { ENGINES, expectEqual, narrow, parted, usual } from './engine-oracle.ts';

describe.each(ENGINES)('%s engine', (_name, create) => {
  const engines = [create(usual), create(narrow), create(parted)];
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  it('equals the float64 oracle to the bit on much adversarial data', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(40), async (input) => {
        for (const engine of engines) await expectEqual(engine, input);
      }),
      { numRuns: 300 },
    );
  });
});
