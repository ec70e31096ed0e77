import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { damagedRecords } from '../../bench/experiments/reliability/damaged-records.ts';
import { incumbentDies } from '../../bench/experiments/reliability/incumbent-dies.ts';

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
