import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tallyRequests } from '../../../src/load/find/requests/request-tally.ts';
import { responseMs } from '../../../src/load/find/requests/summary.ts';
import type { InterleavedSchedule } from '../../../src/load/pace/interleave.ts';
import { scheduleOf } from '../../../src/load/pace/planned-schedule.ts';
import { sliceSchedule } from '../../../src/load/pace/slice.ts';
import { mergeHistograms, timeHistogram } from '../../../src/load/record/histogram.ts';
import { createRecord, type LoadRecord, OUTCOME_CODE } from '../../../src/load/recorder.ts';
import { reduceSlices } from '../../../src/queue/load/load-reduce.ts';
import { resultName } from '../../../src/queue/load/load-slice.ts';
import { decodeMerged, mergedName } from '../../../src/queue/load/merged-load.ts';
import { encodeResult } from '../../../src/queue/load/slice-result.ts';
import {
  keepJson,
  type SliceParts,
  type SliceSpec,
  scheduleHash,
} from '../../../src/queue/load/slice-spec.ts';
import { folderStore } from '../../../src/queue/store/folder-store.ts';
import { type SharedStore, seal } from '../../../src/queue/store/shared-store.ts';
import { sha256Hex } from '../../../src/record/files/write-whole.ts';

const MACHINES = 3;
const QUERIES = 5;

let folder = '';
let store: SharedStore;
let list: SliceParts;
let whole: InterleavedSchedule;
const records: LoadRecord[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reduce-'));
  store = folderStore(folder);
  const side = {
    url: 'http://127.0.0.1:1',
    masked: [],
    secretHeaders: [],
    exchanges: Array.from({ length: QUERIES }, () => ({
      ...{ method: 'GET' as const, path: '/', headers: [], body: null },
    })),
  };
  const sides: SliceSpec['sides'] = [await keepJson(store, side), await keepJson(store, side)];
  const open = {
    ...{ version: 2, machines: MACHINES, sides, arms: [0, 1], deadlineMs: 1000, pace: 'eco' },
    schedule: {
      ...{ shape: 'blocks', pairCount: 2, requestsPerBlock: 40, discardPerBlock: 2 },
      ...{ ratePerSecond: 100, process: 'poisson', seed: 4, queryCount: QUERIES, warmUpMs: 50 },
    },
    scheduleSha256: '',
  } as SliceSpec;
  whole = scheduleOf(open.schedule);
  const trial = await keepJson(store, { ...open, scheduleSha256: scheduleHash(whole) });
  const name = { run: 'r', trial, attempt: 0 };
  const parts: SliceParts['parts'] = [];
  for (let slice = 0; slice < MACHINES; slice++) {
    const own = sliceSchedule(whole, {
      ...{ machines: MACHINES, machine: slice, process: 'poisson', seed: 4 },
    });
    const record = createRecord(own.schedule);
    for (let row = 0; row < own.schedule.count; row++) {
      const at = own.schedule.intendedMs[row] ?? 0;
      for (const column of ['firedMs', 'writtenMs', 'firstByteMs'] as const)
        record[column][row] = at;
      record.endMs[row] = at + 1 + ((7 * row) % 50);
      record.outcome[row] = row % 9 === 8 ? OUTCOME_CODE.timeout : OUTCOME_CODE.ok;
      // Every machine numbers its answers by itself: the first machine saw 'b' first.
      record.variant[row] = row % 9 === 8 ? 0 : 1;
    }
    records.push(record);
    const answers = ([0, 1] as const).flatMap((of) =>
      Array.from({ length: QUERIES }, (_, query) => ({
        ...{ side: of, query, variant: 1, body: Buffer.from(slice === 0 ? 'b' : 'a') },
      })),
    );
    const driver = { loopDelayP99Ms: slice, headroom: 0.5, steal: null };
    const facts = { machine: `host-${slice}`, driver, lateMs: 0, clockMs: 0.1 };
    const bytes = encodeResult({ ...facts, record, answers }, QUERIES);
    await store.putOnce(resultName(name, slice), seal(bytes));
    parts.push({ slice, sha256: sha256Hex(bytes) });
  }
  list = { version: 1, ...name, parts };
});
afterAll(() => rm(folder, { recursive: true }));

const reduce = async (parts: SliceParts['parts']) => {
  const hash = await keepJson(store, { ...list, parts });
  const given = await reduceSlices(store, { run: 'm', parts: hash });
  const sealed = await store.get(mergedName(hash));
  return { given, hash, merged: decodeMerged(sealed?.subarray(32) ?? new Uint8Array(), QUERIES) };
};

describe('the merge of a load', () => {
  it('has every request once, answers under one numbering, and the worst driver', async () => {
    const { given, hash, merged } = await reduce(list.parts);
    expect(given.wasThere).toBe(false);
    const { counts, scheduled, balanced } = tallyRequests(merged.record);
    const of = records.map((record) => tallyRequests(record).counts);
    expect(balanced).toBe(true);
    expect(scheduled).toBe(whole.schedule.count);
    expect(counts.ok).toBe(of.reduce((sum, { ok }) => sum + ok, 0));
    expect(counts.timeout).toBe(of.reduce((sum, { timeout }) => sum + timeout, 0));
    expect(merged.driver).toEqual({ loopDelayP99Ms: 2, headroom: 0.5, steal: null });
    expect(merged.machines.map(({ name }) => name)).toEqual([
      'machine 1 (host-0)',
      'machine 2 (host-1)',
      'machine 3 (host-2)',
    ]);
    // Two bodies a query and side, 'b' before 'a', whoever numbered them.
    expect(merged.answers).toHaveLength(4 * QUERIES);
    expect(Buffer.from(merged.answers[1]?.body ?? []).toString()).toBe('a');
    expect(new Set(merged.record.variant)).toEqual(new Set([0, 1, 2]));
    expect(await reduceSlices(store, { run: 'm', parts: hash })).toEqual({
      ...given,
      wasThere: true,
    });
  });

  it('has the histogram that the merged histograms of its machines are', async () => {
    const { merged } = await reduce(list.parts);
    const of = (record: LoadRecord) =>
      timeHistogram(
        Array.from({ length: record.schedule.count }, (_, row) => responseMs(record, row)),
      );
    const { sumMs, ...parts } = await mergeHistograms(await Promise.all(records.map(of)));
    const { sumMs: sum, ...one } = await of(merged.record);
    expect(one).toEqual(parts);
    expect(sum).toBeCloseTo(sumMs, 6);
  });

  it('has the requests of a lost slice as never sent', async () => {
    const { merged } = await reduce(
      list.parts.map(({ slice, sha256 }) => ({ slice, sha256: slice === 1 ? null : sha256 })),
    );
    const { counts, balanced } = tallyRequests(merged.record);
    expect(balanced).toBe(true);
    expect(counts.unsent).toBe(records[1]?.schedule.count);
    expect(merged.machines[1]).toEqual({
      ...{ name: 'machine 2', health: null, lateMs: null, clockMs: null },
    });
  });

  it('refuses unless the parts are the planned ones', async () => {
    const [first, second, third] = list.parts;
    if (first === undefined || second === undefined || third === undefined) throw new Error('none');
    const refused: [SliceParts['parts'], string][] = [
      [[first, second], '2 parts came where 3 were planned'],
      [[first, second, second], 'one of them twice'],
      [[...list.parts, { slice: 3, sha256: null }], 'slice 3 is none of them'],
      [[first, second, { ...third, slice: 7 }], 'slice 7 is none of them'],
    ];
    for (const [parts, why] of refused) {
      await expect(reduce(parts), why).rejects.toMatchObject({
        code: 'job-refused',
        message: expect.stringContaining(why),
      });
    }
    await expect(reduceSlices(store, { run: 'm', parts: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'job-refused',
    });
  });

  it('takes only what the machines gave, and nothing that is gone or damaged', async () => {
    const [first, second, third] = list.parts;
    if (first === undefined || second === undefined || third === undefined) throw new Error('none');
    await expect(reduce([first, second, { ...third, sha256: 'f'.repeat(64) }])).rejects.toThrow(
      'slice 2 brought back is not what its machine gave',
    );
    const name = resultName(list, 2);
    await store.remove(name);
    await store.putOnce(name, Buffer.alloc(100));
    await expect(reduce([second, first, third])).rejects.toThrow('slice 2 brought back is gone');
    expect(await store.has(name)).toBe(false);
  });
});
