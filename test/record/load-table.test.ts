import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { createRun } from '../../src/record/run/run-folder.ts';
import type { LoadRows } from '../../src/record/tables/load-table.ts';

const rows: LoadRows = {
  side: ['incumbent', 'candidate'],
  queryId: ['q1', 'q1'],
  block: Int32Array.of(0, 1),
  pair: Int32Array.of(0, 0),
  exposure: ['first', 'first'],
  measured: [true, false],
  outcome: ['ok', 'unsent'],
  status: Uint16Array.of(200, 0),
  sizeBytes: Uint32Array.of(4_000_000, 0),
  intendedMs: Float64Array.of(0, 1.25),
  firedMs: Float64Array.of(0.125, 1.5),
  writtenMs: Float64Array.of(0.25, Number.NaN),
  firstByteMs: Float64Array.of(2, Number.NaN),
  endMs: Float64Array.of(2.5, Number.NaN),
  recall: Float64Array.of(0.9, Number.NaN),
};

test('the requests of a load read back from the run folder as they were, what never happened as null', async () => {
  const parentFolder = await mkdtemp(join(tmpdir(), 'load-table-'));
  try {
    const writer = await createRun({ parentFolder, id: 'x-load' });
    const { path, rows: count } = await writer.writeLoad('rate-1', rows);
    expect([path, count]).toEqual(['load/rate-1.arrow', 2]);
    const table = tableFromIPC(await readFile(join(writer.folder, path)));
    const records = table.toArray().map((row) => ({ ...row?.toJSON() }));
    expect(records).toEqual([
      expect.objectContaining({
        side: 'incumbent',
        measured: true,
        sizeBytes: 4_000_000,
        endMs: 2.5,
        recall: 0.9,
      }),
      expect.objectContaining({
        outcome: 'unsent',
        status: 0,
        intendedMs: 1.25,
        writtenMs: null,
        recall: null,
      }),
    ]);
  } finally {
    await rm(parentFolder, { recursive: true });
  }
});
