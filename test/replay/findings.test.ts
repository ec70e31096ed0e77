import { describe, expect, it } from 'vitest';
import { replayFindings } from '../../src/replay/find/replay-findings.ts';
import type {
  RecordedReplay,
  ReplayAnswer,
  ReplayRow,
} from '../../src/replay/record/replay-record.ts';

const ARRIVALS = 200;

/** A replay of which every tenth need has truth; `of` changes what a side did with an arrival. */
function replayOf(
  of: (side: ReplayRow['side'], arrival: number) => Partial<ReplayRow> & { readonly id?: string },
): RecordedReplay {
  const answers: ReplayAnswer[] = [];
  const rows = (['incumbent', 'candidate'] as const).flatMap((side) =>
    Array.from({ length: ARRIVALS }, (_, arrival): ReplayRow => {
      const { id = 'a', ...changes } = of(side, arrival);
      const recall = arrival % 10 === 0 ? 1 : null;
      const answer = {
        outcome: 'ok' as const,
        status: 200,
        ids: [id],
        collections: ['w'],
        similarities: [1],
      };
      const index = answers.push({ side, need: `n${arrival}`, answer, recall }) - 1;
      return {
        side,
        pair: Math.floor(arrival / 20),
        arrival,
        need: `n${arrival}`,
        outcome: 'ok',
        status: 200,
        intendedMs: arrival,
        firedMs: arrival,
        endMs: arrival + 1,
        answer: index,
        ...changes,
      };
    }),
  );
  const needs = Array.from({ length: ARRIVALS }, (_, at) => ({
    id: `n${at}`,
    k: 10,
    collections: ['w'],
    hasTruth: at % 10 === 0,
  }));
  return { capture: 'c', speed: 1, needs, rows, answers, leftOut: 0, isComplete: true };
}

const FAILED = { outcome: 'http', status: 500, answer: null } as const;

describe('recall of a replay', () => {
  it('leaves out failed arrivals of needs without truth, as answered ones', () => {
    const fails = (at: number) => (side: ReplayRow['side'], arrival: number) =>
      side === 'candidate' && arrival % 20 === at ? FAILED : {};
    expect(replayFindings(replayOf(fails(7))).sides.map(({ recall }) => recall)).toEqual([1, 1]);
    expect(replayFindings(replayOf(fails(10))).sides.map(({ recall }) => recall)).toEqual([1, 0.5]);
  });

  it('is 0, and not unknown, where every answer failed', () => {
    const found = replayFindings({
      ...replayOf((side) => (side === 'candidate' ? FAILED : {})),
      answers: [],
    });
    expect(found.sides[1].recall).toBe(0);
  });

  it('leaves out answers that were not kept, on both sides, and counts them', () => {
    const found = replayFindings(
      replayOf((side, arrival) => (side === 'candidate' && arrival >= 100 ? { answer: null } : {})),
    );
    expect(found.sides.map(({ recall }) => recall)).toEqual([1, 1]);
    expect(found.unread).toBe(10);
  });
});

describe('figures of a replay', () => {
  it('are those of whole pairs of blocks where it was interrupted', () => {
    const unsent = { outcome: 'unsent', status: null, firedMs: null, endMs: null, answer: null };
    const cut = (side: ReplayRow['side'], arrival: number) =>
      arrival >= 150 || (side === 'candidate' && arrival >= 130) ? (unsent as object) : {};
    const found = replayFindings({ ...replayOf(cut), isComplete: false });
    expect(found).toMatchObject({ wholePairs: 6, pairs: 10 });
    expect(found.sides.map(({ p50Ms, recall }) => [p50Ms, recall])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(found.sides[1].counts).toEqual({ ok: 130, unsent: 70 });
    const late = replayFindings(replayOf(cut));
    expect(late.sides[1].p95Ms).toBeNull();
  });

  it('have no quantile that so few requests do not bound', () => {
    const all = replayOf(() => ({}));
    const few = { ...all, rows: all.rows.filter(({ arrival }) => arrival < 10) };
    expect(replayFindings(few).sides[0]).toMatchObject({ p50Ms: 1, p95Ms: null, p99Ms: null });
    expect(replayFindings(all).sides[0]).toMatchObject({ p50Ms: 1, p95Ms: 1, p99Ms: null });
  });

  it('hold how far the incumbent differs from itself beside how far the sides are apart', () => {
    const replay = replayOf((side, arrival) => (side === 'incumbent' ? { id: `x${arrival}` } : {}));
    const twice = {
      ...replay,
      rows: replay.rows.map((row) => ({ ...row, need: `n${row.arrival % 100}` })),
    };
    expect(replayFindings(twice)).toMatchObject({
      overlap: 1,
      floor: { overlap: 1 },
      repeated: 100,
    });
    expect(replayFindings(replay)).toMatchObject({ floor: null, repeated: 0 });
  });
});
