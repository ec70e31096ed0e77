import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { incumbentDies } from '../../bench/experiments/reliability/incumbent/incumbent-dies.ts';
import { damagedRecords } from '../../bench/experiments/reliability/records/damaged-records.ts';

it.each([
  [damagedRecords, 20],
  [incumbentDies, 12],
])(
  '$name holds',
  async (experiment, tries) => {
    const folder = await mkdtemp(join(tmpdir(), 'mistreated-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { signal } = new AbortController();
    const result = await experiment.run({ tries, seed: 7000, signal, folder });
    expect(result.failures).toEqual([]);
    expect(result.survived).toBe(result.tries);
    // A change that leaves a file as it was is no try.
    expect(result.tries).toBeGreaterThanOrEqual(0.8 * tries);
  },
  600_000,
);
