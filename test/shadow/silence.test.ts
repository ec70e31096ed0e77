import { describe, expect, it } from 'vitest';
import { replayFindings } from '../../src/replay/find/replay-findings.ts';
import type { RecordedReplay, ReplayRow } from '../../src/replay/record/replay-record.ts';
import { SHADOW_DEFAULTS } from '../../src/shadow/job/shadow-config.ts';
import { rowDifferences } from '../../src/shadow/judge/differences.ts';
import { evidenceFold } from '../../src/shadow/judge/evidence.ts';
import { judgeShadow } from '../../src/shadow/judge/verdict.ts';
import type { ShadowAnswer, ShadowRow } from '../../src/shadow/record/shadow-record.ts';
import { distancesOf } from '../../src/traffic/compare-answers.ts';

const QUESTION = { collections: ['all'], k: 4 };
const WHOLE = ['a', 'b', 'c', 'd'];

function answer(ids: readonly string[]): ShadowAnswer {
  return {
    outcome: 'ok',
    status: 200,
    ids,
    collections: ids.map(() => 'all'),
    similarities: ids.map((_, rank) => 1 - rank / 10),
    latencyMs: 5,
    violations: [],
  };
}

const none = answer([]);
const whole = answer(WHOLE);

function row(at: number, answers: Pick<ShadowRow, 'incumbent' | 'again' | 'candidate'>): ShadowRow {
  return {
    ...QUESTION,
    ...answers,
    atMs: at,
    epoch: 'one',
    need: `need ${at}`,
    operation: 'search',
    filtered: false,
    text: null,
    recall: null,
  };
}

describe('two answers without a row', () => {
  it('are at no distance that is known, and one of them is at the greatest', () => {
    expect(distancesOf(QUESTION, none, none)).toBeNull();
    expect(distancesOf(QUESTION, whole, none)).toMatchObject({ overlap: 1, rbo: 1 });
    expect(distancesOf(QUESTION, whole, whole)).toEqual({ overlap: 0, rbo: 0 });
  });

  it.each([
    ['all', none, none, none],
    ['the candidate alone gives rows', none, none, whole],
    ['the incumbent gives rows once', whole, none, whole],
    ['the incumbent gives rows the second time', none, whole, none],
  ])('say nothing of agreement in shadow traffic: %s', (_, incumbent, again, candidate) => {
    expect(rowDifferences(row(0, { incumbent, again, candidate }), null)).toMatchObject({
      errors: 0,
      overlap: null,
      rbo: null,
    });
  });

  it('are the loss of a candidate where the incumbent gives rows', () => {
    const lost = row(0, { incumbent: whole, again: whole, candidate: none });
    expect(rowDifferences(lost, null)).toMatchObject({ overlap: -1, rbo: -1 });
  });

  it('pass no shadow, and are counted', () => {
    const fold = evidenceFold(SHADOW_DEFAULTS.plan);
    for (let at = 0; at < 2000; at++)
      fold.add(row(at, { incumbent: none, again: none, candidate: none }));
    const evidence = fold.now();
    expect(evidence.withoutRows).toBe(2000);
    const { verdict, notVerified } = judgeShadow(evidence);
    expect(verdict).toBe('inconclusive');
    expect(notVerified).toContain('overlap');
  });

  it('are left out of the agreement of a replay, and counted', () => {
    const rowOf = (side: 'incumbent' | 'candidate', arrival: number, index: number): ReplayRow => ({
      side,
      pair: 0,
      arrival,
      need: 'n',
      outcome: 'ok',
      status: 200,
      intendedMs: arrival,
      firedMs: arrival,
      endMs: arrival + 1,
      answer: index,
    });
    const replay: RecordedReplay = {
      capture: 'c',
      speed: 1,
      needs: [{ id: 'n', ...QUESTION }],
      rows: [
        ...[0, 1, 2].map((at) => rowOf('incumbent', at, at === 2 ? 1 : 0)),
        ...[0, 1, 2].map((at) => rowOf('candidate', at, at === 2 ? 3 : 2)),
      ],
      answers: [none, whole, none, whole].map((one, at) => ({
        side: at < 2 ? ('incumbent' as const) : ('candidate' as const),
        need: 'n',
        answer: one,
        recall: null,
      })),
      leftOut: 0,
      isComplete: true,
    };
    expect(replayFindings(replay)).toMatchObject({ overlap: 0, rbo: 0, withoutRows: 2 });
    const silent = { ...replay, rows: replay.rows.filter(({ arrival }) => arrival < 2) };
    expect(replayFindings(silent)).toMatchObject({ overlap: null, rbo: null, withoutRows: 2 });
  });
});
