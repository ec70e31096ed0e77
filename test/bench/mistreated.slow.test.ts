import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { incumbentDies } from '../../bench/experiments/reliability/incumbent/incumbent-dies.ts';
import { damagedRecords } from '../../bench/experiments/reliability/records/damaged-records.ts';

it.each([
  [damagedRecords, 40],
  [incumbentDies, 12],
])(
  '$name holds',
  async (experiment, tries) => {
    const folder = await mkdtemp(join(tmpdir(), 'mistreated-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { signal } = new AbortController();
    const result = await experiment.run({ tries, seed: 7000, signal, folder });
    expect(result).toMatchObject({ tries, survived: tries, failures: [] });
  },
  600_000,
);
