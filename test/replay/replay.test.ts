import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAPTURE_DEFAULTS, capture } from '../../src/capture/job/capture.ts';
import type { UsageError } from '../../src/errors.ts';
import { replaySchedule } from '../../src/replay/find/replay-schedule.ts';
import { replayCapture } from '../../src/replay/job/replay.ts';
import { rescore } from '../../src/rescore.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { type Misbehaviour, stubPair } from '../shadow/rig.ts';

let folder = '';
const ends: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

describe('the schedule of a replay', () => {
  it('keeps the gaps of the arrivals, scaled, and gives both sides the same in turns', () => {
    const arrivals = Array.from({ length: 480 }, (_, at) => ({
      atMs: 10 * at + (at % 3),
      need: at % 7,
    }));
    const { schedule, arrival, pairOf } = replaySchedule(arrivals, 2);
    expect(schedule.count).toBe(960);
    expect(new Set(pairOf).size).toBe(12);
    expect([...schedule.intendedMs]).toEqual([...schedule.intendedMs].toSorted((a, b) => a - b));
    const armOf = pairOf.map((_, block) => schedule.arm[[...schedule.block].indexOf(block)]);
    expect(armOf.slice(0, 4)).toEqual([0, 1, 1, 0]);
    for (const arm of [0, 1]) {
      const rows = [...schedule.arm.keys()].filter((row) => schedule.arm[row] === arm);
      expect(rows.map((row) => arrival[row])).toEqual(arrivals.map((_, at) => at));
      const [first = 0, second = 0] = rows;
      expect((schedule.intendedMs[second] ?? 0) - (schedule.intendedMs[first] ?? 0)).toBeCloseTo(
        5.5,
      );
    }
  });
});

async function run(
  misbehave: () => Misbehaviour | null,
  {
    lines = 120,
    gapMs = 5,
    signal = new AbortController().signal,
  }: { readonly lines?: number; readonly gapMs?: number; readonly signal?: AbortSignal } = {},
) {
  const pair = await stubPair(misbehave);
  const path = join(folder, 'access.jsonl');
  const line = (at: number) => ({
    time: 1_795_831_200_000 + gapMs * at,
    method: 'POST',
    path: '/vectors/hybrid',
    body: { question: `need ${at % 30}`, index_name: 'workers', top_k: 10 },
  });
  await writeFile(
    path,
    Array.from({ length: lines }, (_, at) => `${JSON.stringify(line(at))}\n`).join(''),
  );
  const runs = join(folder, 'runs');
  const captured = await capture({
    ...CAPTURE_DEFAULTS,
    files: [path],
    dialect: rustLakehouse(),
    runs,
  });
  const incumbent = http({ url: pair.incumbent.url, dialect: rustLakehouse() });
  const candidate = http({ url: pair.candidate.url, dialect: goLakehouse() });
  ends.push(pair.incumbent.kill, pair.candidate.kill, incumbent.close, candidate.close);
  return await replayCapture(
    { capture: captured.runFolder, speed: 2, deadlineMs: 2000, pace: 'eco', runs },
    { backends: { incumbent, candidate }, recallOf: (_, answer) => answer.ids.length / 10, signal },
  );
}

describe('a replay', () => {
  it('that would take weeks is refused with the speed at which it would not', async () => {
    const refused = run(() => null, { lines: 2, gapMs: 30 * 86_400_000 });
    await expect(refused).rejects.toMatchObject({ code: 'replay-duration', exitCode: 2 });
    await expect(refused).rejects.toThrow('a replay would take 31 days');
    expect(await refused.catch(({ hint }: UsageError) => hint)).toContain('--speed 9 or more');
  });

  it('asks both sides every arrival; tally balance, answers agree, and the record gives it again', async () => {
    const { findings, runFolder, status } = await run(() => null);
    expect(status).toBe('complete');
    expect(findings).toMatchObject({ arrivals: 120, leftOut: 0, overlap: 0, rbo: 0 });
    for (const side of findings.sides) {
      expect(side).toMatchObject({ scheduled: 120, counts: { ok: 120 }, recall: 1 });
      expect(side.p50Ms).toBeGreaterThan(0);
    }
    const again = await rescore(runFolder);
    expect(again.compared).toHaveLength(3);
    expect(again.differing).toEqual([]);
  });

  it('counts what fails and what cannot be read, and scores it 0', async () => {
    let asked = 0;
    const { findings } = await run(() => {
      asked += 1;
      if (asked % 4 === 0) return ({ response }) => void response.writeHead(500).end();
      if (asked % 4 !== 1) return null;
      return ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"results":7}');
      };
    });
    const [, candidate] = findings.sides;
    expect(candidate.counts).toEqual({ ok: 60, http: 30, malformed: 30 });
    expect(candidate.recall).toBeCloseTo(0.5);
  });

  it('that is interrupted is judged by its whole pairs of blocks, and says so', async () => {
    let asked = 0;
    const interrupt = new AbortController();
    const { findings, runFolder, status, report } = await run(
      () => {
        asked += 1;
        if (asked === 70) interrupt.abort(new Error('interrupted'));
        return null;
      },
      { signal: interrupt.signal },
    );
    expect(status).toBe('interrupted');
    expect(findings.pairs).toBe(6);
    expect(findings.wholePairs).toBeGreaterThan(0);
    expect(findings.wholePairs).toBeLessThan(5);
    for (const { p50Ms, recall } of findings.sides) {
      expect(p50Ms).toBeGreaterThan(0);
      expect(recall).toBe(1);
    }
    expect(report).toContain(`of the ${findings.wholePairs} of 6 pairs of blocks`);
    expect((await rescore(runFolder)).differing).toEqual([]);
  });

  it('refuses a capture without times', async () => {
    const path = join(folder, 'a.txt');
    await writeFile(path, 'welder\n');
    const runs = join(folder, 'runs');
    const captured = await capture({
      ...CAPTURE_DEFAULTS,
      files: [path],
      dialect: rustLakehouse(),
      runs,
    });
    const backend = http({ url: 'http://127.0.0.1:1', dialect: rustLakehouse() });
    ends.push(backend.close);
    await expect(
      replayCapture(
        { capture: captured.runFolder, speed: 1, deadlineMs: 100, pace: 'eco', runs },
        { backends: { incumbent: backend, candidate: backend } },
      ),
    ).rejects.toThrow('came without times');
  });
});
