import { describe, expect, it } from 'vitest';
import { type DocumentKey, keyOf } from '../../../src/corpus/document-key.ts';
import { compareRates } from '../../../src/probes/find/by-rate.ts';
import { determinismChecks } from '../../../src/probes/find/embed-checks.ts';
import { searchFindings } from '../../../src/probes/find/search.ts';
import { judgeProbe } from '../../../src/probes/judge/judge-probe.ts';
import type { ProbeAnswer } from '../../../src/probes/record/answer.ts';
import type { EmbedRecord, EmbedSideRecord } from '../../../src/probes/record/embed.ts';
import type { RankedSeen, SearchRecord } from '../../../src/probes/record/search.ts';
import type { TruthLookup } from '../../../src/truth/types.ts';

const QUERIES = 700;
const IDS = Array.from({ length: 10 }, (_, rank) => `d${rank}`);
const KEYS: readonly DocumentKey[] = IDS.map((id) => keyOf('w', id));
const falling = IDS.map((_, rank) => 1 - rank / 20);

type Change = (seen: RankedSeen) => RankedSeen | null;
const sound: Change = (seen) => seen;
const rising: Change = ({ ids }) => ({ ids, similarities: falling.toReversed() });
const nan: Change = ({ ids }) => ({ ids, similarities: ids.map(() => Number.NaN) });
const twice: Change = ({ ids, similarities }) => ({
  ids: [...ids.slice(0, 9), 'd0'],
  similarities,
});
const failed: Change = () => null;

function answerOf(value: RankedSeen | null): ProbeAnswer<RankedSeen> {
  return value === null
    ? { outcome: 'http', status: 500, detail: 'status 500', latencyMs: 1, value }
    : { outcome: 'ok', status: 200, detail: '', latencyMs: 1, value };
}

/** The first answers of each side are changed; all others are sound. */
function found(changes: { change: Change; incumbent: number; candidate: number }, k = 10) {
  const seen: RankedSeen = { ids: IDS, similarities: falling };
  const none = { outcome: 'unsupported' as const, status: null, detail: '', latencyMs: 0 };
  const unsupported = { ...none, value: null };
  const queries = Array.from({ length: QUERIES }, (_, at) => ({
    id: `q${at}`,
    need: `n${at}`,
    text: `text ${at}`,
  }));
  const table = { dimension: 1, values: new Float32Array(0) };
  const record: SearchRecord = {
    probe: 'search',
    incumbentPath: '/a',
    candidatePath: '/b',
    collection: 'w',
    documentCount: 10,
    k,
    queries,
    byText: queries.map((_, at) => ({
      incumbent: answerOf((at < changes.incumbent ? changes.change : sound)(seen)),
      candidate: answerOf((at < changes.candidate ? changes.change : sound)(seen)),
    })),
    byVector: queries.map(() => ({ incumbent: unsupported, candidate: unsupported })),
    depths: [],
    edges: [],
    documents: { ids: KEYS, ...table },
    queryVectors: { ids: queries.map(({ id }) => id), ...table },
  };
  const truth: TruthLookup = {
    list: () => ({ keys: KEYS, scores: Float64Array.from(falling), allowedCount: 10 }),
    exactScore: (_: string, key: string) => falling[KEYS.indexOf(key as DocumentKey)] ?? null,
  } as never;
  const findings = searchFindings(record, truth, () => null);
  const states = findings.checks.flatMap(({ name, state }) =>
    state === 'same' || state === 'not offered' ? [] : [`${name}: ${state}`],
  );
  return { states, verdict: judgeProbe(findings).state };
}

describe('a rule of the ranked list that both sides break', () => {
  it.each([
    ['scores that rise along the list', rising],
    ['a score that is no number', nan],
    ['a document twice', twice],
  ] as const)('%s: one of the incumbent excuses no more than its rate', (name, change) => {
    const once = found({ change, incumbent: 1, candidate: QUERIES });
    expect(once).toEqual({ states: [`${name}: different`], verdict: 'fail' });
    const alike = found({ change, incumbent: 30, candidate: 30 });
    expect(alike).toEqual({ states: [`${name}: drift`], verdict: 'pass' });
    const twiceAsOften = found({ change, incumbent: 1, candidate: 2 });
    expect(twiceAsOften).toEqual({ states: [`${name}: unanswered`], verdict: 'inconclusive' });
  });

  it('noise of float32 along equal scores is no rise', () => {
    const noisy: Change = ({ ids }) => ({ ids, similarities: ids.map((_, at) => 0.5 + at * 1e-8) });
    const { verdict } = found({ change: noisy, incumbent: 0, candidate: QUERIES });
    expect(verdict).toBe('pass');
  });

  it('requests that fail: one of the incumbent leaves no open question where all of the candidate do', () => {
    expect(found({ change: failed, incumbent: 1, candidate: 600 })).toEqual({
      states: ['by text: different'],
      verdict: 'fail',
    });
    expect(found({ change: failed, incumbent: 5, candidate: 5 }).verdict).toBe('inconclusive');
  });
});

describe('compareRates', () => {
  const pairs = (a: number, b: number, of: number) =>
    Array.from({ length: of }, (_, at) => ({ incumbent: at < a, candidate: at >= of - b }));
  const terms = { margin: 0, claims: 1, one: 'query' };

  it('decides by the pairs that both sides answered', () => {
    expect(compareRates([], terms).state).toBe('unanswered');
    expect(compareRates([{ incumbent: null, candidate: true }], terms).state).toBe('unanswered');
    expect(compareRates(pairs(3, 1, 50), terms).state).toBe('drift');
    expect(compareRates(pairs(1, 40, 50), terms).state).toBe('different');
  });

  it('passes what is surely within the margin', () => {
    expect(compareRates(pairs(1, 2, 9000), { ...terms, margin: 0.01 }).state).toBe('drift');
    expect(compareRates(pairs(1, 2, 30), { ...terms, margin: 0.01 }).state).toBe('unanswered');
  });
});

describe('determinism of the embeddings', () => {
  const [one, other] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  const answer = (value: Float32Array | null): ProbeAnswer<readonly Float32Array[]> =>
    value === null
      ? { outcome: 'http', status: 500, detail: '', latencyMs: 1, value: null }
      : { outcome: 'ok', status: 200, detail: '', latencyMs: 1, value: [value] };
  const side = (again: readonly (Float32Array | null)[]): EmbedSideRecord => {
    const same = again.map(() => one);
    const batch = { ...answer(one), value: same };
    const alone = same.map(answer);
    return { alone, again: again.map(answer), batches: [batch], reversed: batch } as never;
  };
  const stateOf = (
    incumbent: readonly (Float32Array | null)[],
    candidate: readonly (Float32Array | null)[],
  ) =>
    determinismChecks({
      sides: { incumbent: side(incumbent), candidate: side(candidate) },
    } as Partial<EmbedRecord> as EmbedRecord)[0]?.state;

  it('an incumbent that is off once excuses no candidate that is off each time, or silent', () => {
    const off = [other, one, one, one, one, one, one, one];
    expect(stateOf(off, off)).toBe('drift');
    expect(
      stateOf(
        off,
        off.map(() => other),
      ),
    ).toBe('different');
    expect(
      stateOf(
        off,
        off.map(() => null),
      ),
    ).toBe('different');
    expect(stateOf(off, [other, other, one, one, one, one, one, one])).toBe('unanswered');
  });
});
