import { describe, expect, it } from 'vitest';
import { SHADOW_DEFAULTS } from '../../src/shadow/job/shadow-config.ts';
import { evidenceFold } from '../../src/shadow/judge/evidence.ts';
import { judgeShadow } from '../../src/shadow/judge/verdict.ts';
import { EMPTY_SHADOW_TALLY } from '../../src/shadow/observe/request-tally.ts';
import type { ShadowAnswer, ShadowRow } from '../../src/shadow/record/shadow-record.ts';
import { shadowReport } from '../../src/shadow/report/shadow-report.ts';
import type { OutcomeKind } from '../../src/wire/outcome.ts';

const { plan } = SHADOW_DEFAULTS;

function answer(ids: readonly string[], outcome: OutcomeKind = 'ok'): ShadowAnswer {
  return {
    outcome,
    status: outcome === 'ok' ? 200 : null,
    ids,
    collections: ids.map(() => 'all'),
    similarities: ids.map((_, rank) => 1 - rank / 10),
    latencyMs: 5,
    violations: [],
  };
}

const WHOLE = answer(['a', 'b', 'c', 'd']);
const of = (name: string) => answer([1, 2, 3, 4].map((at) => `${name}-${at}`));

function row(at: number, changes: Partial<ShadowRow> = {}): ShadowRow {
  return {
    collections: ['all'],
    k: 4,
    atMs: at,
    epoch: 'one',
    need: `need ${at}`,
    operation: 'retrieve',
    filtered: false,
    text: null,
    recall: null,
    incumbent: WHOLE,
    again: WHOLE,
    candidate: WHOLE,
    ...changes,
  };
}

function judged(rows: readonly ShadowRow[]) {
  const fold = evidenceFold(plan);
  for (const one of rows) fold.add(one);
  const evidence = fold.now();
  const verdict = judgeShadow(evidence);
  const report = shadowReport({ plan, evidence, tally: EMPTY_SHADOW_TALLY, events: [] }, verdict);
  return { evidence, verdict, text: JSON.stringify(report) };
}

const many = (count: number, rowAt: (at: number) => ShadowRow) =>
  Array.from({ length: count }, (_, at) => rowAt(at));

describe('what a candidate was not asked', () => {
  it.each(['unsupported', 'throttled'] as const)('is counted and passes nothing: %s', (outcome) => {
    const { evidence, verdict, text } = judged(
      many(2000, (at) => row(at, at % 2 === 0 ? {} : { candidate: answer([], outcome) })),
    );
    expect(evidence.gates.find(({ name }) => name === 'errors')?.state).toBe('pass');
    expect(evidence).toMatchObject({ needs: 2000, comparedNeeds: 1000 });
    expect(evidence.unasked[outcome]).toBe(1000);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.sentence).toContain('1000 of 2000 mirrored requests');
    expect(text).toContain('that the candidate was not asked');
  });

  it('is named beside a pass where it is less than the margin of errors', () => {
    const { verdict } = judged(
      many(2000, (at) => row(at, at < 5 ? { candidate: answer([], 'unsupported') } : {})),
    );
    expect(verdict).toMatchObject({
      verdict: 'pass',
      sentence:
        'the candidate answers 1995 needs of live traffic as the incumbent does; nothing is known of 5 of 2000 mirrored requests that the candidate was not asked: 5 it cannot express',
    });
  });
});

describe('an incumbent that never answers twice alike', () => {
  it('passes no candidate, and says why', () => {
    const { verdict, evidence } = judged(
      many(2000, (at) =>
        row(at, { incumbent: of(`x${at}`), again: of(`y${at}`), candidate: of(`garbage${at}`) }),
      ),
    );
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.sentence).toMatch(/^overlap: the incumbent's own answers are 1\.0000 apart/);
    const overlap = evidence.gates.find(({ name }) => name === 'overlap');
    expect(overlap).toMatchObject({ state: 'inconclusive', floor: 1 });
  });

  it('does not hide a loss beyond what it differs by itself', () => {
    const { verdict } = judged(
      many(2000, (at) =>
        row(at, {
          incumbent: at % 4 === 0 ? of(`x${at}`) : WHOLE,
          candidate: of(`garbage${at}`),
        }),
      ),
    );
    expect(verdict.verdict).toBe('fail');
  });
});

describe('a request of before a change of version', () => {
  it('that ends late leaves the evidence of the new version', () => {
    const { evidence } = judged([
      ...many(10, (at) => row(at)),
      ...many(100, (at) => row(20 + at, { epoch: 'two' })),
      row(9, { need: 'late' }),
      row(120, { epoch: 'two' }),
    ]);
    expect(evidence).toMatchObject({ epoch: 'two', rows: 101, expired: 11 });
  });

  it('is told from a change back, with which evidence starts anew', () => {
    const { evidence } = judged([
      ...many(10, (at) => row(at)),
      ...many(10, (at) => row(20 + at, { epoch: 'two' })),
      row(40),
    ]);
    expect(evidence).toMatchObject({ epoch: 'one', rows: 1, expired: 20 });
  });
});
