import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drill, readDrillRecord } from '../../../src/demo/drill/job/drill.ts';
import { settingsHash } from '../../../src/demo/drill/measure/settings.ts';
import type { DrillHead } from '../../../src/demo/drill/results/rows.ts';
import { FAULTS } from '../../../src/demo/gateway/faults/registry.ts';
import { replaceLog } from '../../../src/record/append-log.ts';
import { temporaryFolder } from '../../record/fixtures.ts';
import { run } from './rows.ts';

it('the record of a drill is there at every moment while runs are taken out to be done again', async () => {
  const file = join(await temporaryFolder(), 'new', 'drill.jsonl');
  const head: DrillHead = {
    ...{ row: 'drill', schema: 1, masterSeed: 1, startedAt: '2026-01-01', machine: 'any' },
    settings: settingsHash(),
  };
  const clean = run({ purpose: 'clean' });
  await replaceLog(file, [head, run(), clean]);
  const { record: before } = await readDrillRecord(file);
  expect(before?.runs.map(({ key }) => key)).toEqual(['full', 'clean']);
  const drop = FAULTS.get('drop');
  if (drop === undefined) throw new Error('no fault');

  let missing = 0;
  let isOver = false;
  const watch = (): void => {
    if (!existsSync(file)) missing += 1;
    if (!isOver) setImmediate(watch);
  };
  watch();
  const plan = { masterSeed: 1, faults: [drop], searchRates: false, pairs: [], cleanRuns: 0 };
  await expect(
    drill(
      { ...plan, corpusFolder: null },
      {
        ...{ file, before, redo: true, signal: new AbortController().signal },
        onStart: () => {
          throw new Error('far enough');
        },
        onRun: () => {},
      },
    ),
  ).rejects.toThrow('far enough');
  isOver = true;
  expect(missing).toBe(0);
  const { record, issues } = await readDrillRecord(file);
  expect([record?.runs.map(({ key }) => key), issues]).toEqual([['clean'], []]);
  expect(await readFile(file, 'utf8')).toMatch(/"seal":/);
});
