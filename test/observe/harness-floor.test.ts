import { describe, expect, it } from 'vitest';
import {
  HARNESS_FLOOR_FILE,
  harnessFloorSchema,
  observeHarnessFloor,
} from '../../src/observe/floor/harness-floor.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import type { FileRecord } from '../../src/record/run/manifest.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

const overHttp = http({ url: 'http://127.0.0.1:9', dialect: rustLakehouse() });
/** What a run writes, where blocks have so many requests. */
async function written(
  requests: number,
  {
    incumbent = overHttp,
    before = new Map<string, unknown>(),
    signal = new AbortController().signal,
  }: {
    readonly incumbent?: Pick<Backend, 'http'>;
    readonly before?: ReadonlyMap<string, unknown>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Map<string, unknown>> {
  const files = new Map(before);
  await observeHarnessFloor({
    pair: { incumbent, candidate: {} },
    plan: { latency: [{ queries: new Array(requests).fill('which?') }] },
    writer: {
      hasFile: (name) => files.has(name),
      writeJson: async (name, value): Promise<FileRecord> => {
        files.set(name, value);
        return { path: name, rows: null, sizeBytes: 0, sha256: '' };
      },
    },
    progress: NO_PROGRESS,
    signal,
  });
  return files;
}

describe('the floor of the harness', () => {
  it('is the times of 200 requests to a server that does nothing', async () => {
    const files = await written(100);
    const { latenciesMs } = harnessFloorSchema.parse(files.get(HARNESS_FLOOR_FILE));
    expect(latenciesMs).toHaveLength(200);
    expect(latenciesMs.every((value) => value > 0)).toBe(true);
  });

  it.each([
    ['blocks are too small for a distribution', () => written(99)],
    ['no side is asked over HTTP', () => written(100, { incumbent: {} })],
    ['the run is interrupted', () => written(100, { signal: AbortSignal.abort() })],
  ])('is not measured where %s', async (_, run) => {
    expect([...(await run()).keys()]).toEqual([]);
  });

  it('is not measured again where a run is gone on with', async () => {
    const before = new Map<string, unknown>([[HARNESS_FLOOR_FILE, { latenciesMs: [1] }]]);
    expect(await written(100, { before })).toEqual(before);
  });
});
