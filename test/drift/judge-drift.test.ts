import { describe, expect, it } from 'vitest';
import { driftFindings } from '../../src/drift/find/findings.ts';
import { groupReplies } from '../../src/drift/find/group-replies.ts';
import { driftSentence } from '../../src/drift/judge/drift-sentence.ts';
import { judgeDrift, type KnownDrift } from '../../src/drift/judge/judge-drift.ts';
import type { CapturedPair } from '../../src/drift/record/raw-replies.ts';
import { reply } from './replies.ts';

const NOTHING: KnownDrift = { catalogue: null, expected: [] };

/** Twenty sound requests to search, answered by each side with a status. */
function captured(
  incumbent: (at: number) => number,
  candidate: (at: number) => number,
): CapturedPair[] {
  return Array.from({ length: 20 }, (_, at) => {
    const [a, b] = [reply({ at }, incumbent(at)), reply({ at }, candidate(at))];
    return {
      endpoint: 'search',
      intent: 'success',
      asked: 'as it should be',
      incumbent: a,
      incumbentAgain: a,
      candidate: b,
      candidateAgain: b,
    };
  });
}

function judged(pairs: CapturedPair[], known: KnownDrift = NOTHING) {
  const found = driftFindings(groupReplies(pairs), { ignoreHeaders: [], ...known });
  const verdict = judgeDrift(found.rows, known, { sound: found.sound ?? [] });
  return { state: verdict.state, sentence: driftSentence(verdict) };
}

/** The same requests, answered by both sides with so many hits each, and read by their dialects. */
function listed(hits: (at: number) => { incumbent: number; candidate: number }): CapturedPair[] {
  return captured(
    () => 200,
    () => 200,
  ).map((pair, at) => {
    const read = (count: number) => {
      const found = Array.from({ length: count }, (_, rank) => ({ id: `d-${at}-${rank}` }));
      const reading = { outcome: 'read' as const, value: { hits: found } };
      return { ...reply({ results: found }), reading };
    };
    const { incumbent, candidate } = hits(at);
    const [a, b] = [read(incumbent), read(candidate)];
    return { ...pair, incumbent: a, incumbentAgain: a, candidate: b, candidateAgain: b };
  });
}

describe('an endpoint that is answered without a row', () => {
  it('by both sides shows no agreement', () => {
    const sentence =
      'search: both sides answered 20 of 20 sound requests without a row: nothing could be compared';
    const none = listed(() => ({ incumbent: 0, candidate: 0 }));
    expect(judged(none)).toEqual({ state: 'inconclusive', sentence });
    expect(judged(none, { catalogue: [], expected: [] })).toEqual({
      state: 'inconclusive',
      sentence,
    });
  });

  it('now and then is compared over what holds rows', () => {
    const some = listed((at) => {
      const rows = at % 2 === 0 ? 3 : 0;
      return { incumbent: rows, candidate: rows };
    });
    expect(judged(some).state).toBe('pass');
  });
});

describe('an endpoint that is not answered', () => {
  it.each([500, 503, 401, 404])('by either side (%i alike) shows no agreement', (status) => {
    const both = captured(
      () => status,
      () => status,
    );
    const sentence =
      'search: the incumbent answered 0 and the candidate 0 of 20 sound requests: nothing could be compared';
    expect(judged(both)).toEqual({ state: 'inconclusive', sentence });
    // Nor is it the drift of a catalogue that has no rows.
    expect(judged(both, { catalogue: [], expected: [] })).toEqual({
      state: 'inconclusive',
      sentence,
    });
  });

  it('by the candidate alone fails it, though no drift was known before', () => {
    const { state, sentence } = judged(
      captured(
        () => 200,
        () => 500,
      ),
    );
    expect(state).toBe('fail');
    expect(sentence).toBe(
      'search: the candidate answered 0 of 20 sound requests: nothing could be compared',
    );
  });

  it('by the incumbent alone charges nobody', () => {
    const { state, sentence } = judged(
      captured(
        () => 502,
        () => 200,
      ),
    );
    expect(state).toBe('inconclusive');
    expect(sentence).toMatch(/^search: the incumbent answered 0 of 20 sound requests/);
  });

  it('now and then is compared over what was answered', () => {
    const some = captured(
      (at) => (at % 2 === 0 ? 200 : 500),
      (at) => (at % 2 === 0 ? 200 : 500),
    );
    expect(judged(some).state).toBe('pass');
    const few = captured(
      (at) => (at < 4 ? 200 : 500),
      (at) => (at < 4 ? 200 : 500),
    );
    expect(judged(few).state).toBe('inconclusive');
  });
});
