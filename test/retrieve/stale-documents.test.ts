import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { needsAttribution } from '../../src/retrieve/derive/needs-attribution.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const OLD = new Set(['d-3', 'd-17', 'd-29']);

/** The candidate holds older vectors for some documents: each is a little farther, and still nearest to its own text. */
const stale: Tamper = (hits, { arm }) =>
  arm.startsWith('B')
    ? hits
        .map((hit) => (OLD.has(hit.id) ? { ...hit, similarity: hit.similarity - 0.02 } : hit))
        .sort((a, b) => b.similarity - a.similarity)
    : hits;

async function judged(run: RecordedRun) {
  const { findings } = await deriveFindings(run);
  const verdict = evaluateGates(findings, {});
  return { findings, verdict, sentence: verdictSentence(verdict) };
}

describe('documents that the candidate holds with an older vector, each still nearest to its own text', () => {
  it('are found by the score for their own text, and named beside the verdict', async () => {
    const { findings, verdict, sentence } = await judged(syntheticRun({ tamper: stale }));
    expect(findings.census.map(({ missing, displaced }) => [missing, displaced])).toEqual([
      [[], []],
      [[], []],
    ]);
    expect(findings.selfScores).toEqual([
      { side: 'incumbent', judged: 40, stale: [] },
      { side: 'candidate', judged: 40, stale: ['things/d-3', 'things/d-17', 'things/d-29'] },
    ]);
    expect(sentence).toContain('the candidate scores 3 of 40 documents for their own text');
    expect(needsAttribution(findings, verdict)).toBe(true);
  });

  it('are the other side where the sides are exchanged', async () => {
    const { findings } = await deriveFindings(syntheticRun({ tamper: stale }), { swap: true });
    expect(findings.selfScores?.map(({ stale: keys }) => keys.length)).toEqual([3, 0]);
  });

  it('are not suspected where all scores for own texts are off: the side embeds what it is asked otherwise', async () => {
    const prefixed: Tamper = (hits, { arm, queryIndex }) =>
      arm === 'B' && queryIndex === -1
        ? hits.map((hit) => ({ ...hit, similarity: hit.similarity - 0.1 / (1 + hit.id.length) }))
        : hits;
    const { findings } = await judged(syntheticRun({ tamper: prefixed }));
    expect(findings.selfScores?.flatMap(({ stale: keys }) => keys)).toEqual([]);
  });
});

describe('whether a disagreement is asked about again', () => {
  const moved =
    (queries: number): Tamper =>
    (hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 && queryIndex < queries
        ? [...hits.slice(1), ...hits.slice(0, 1)].map((hit, at) => ({
            ...hit,
            similarity: hits[at]?.similarity ?? 0,
          }))
        : hits;

  it('is so where sides that never differ from themselves differ in a single list: that is no chance', async () => {
    const { findings } = await judged(syntheticRun({ tamper: moved(1) }));
    const lower = findings.cells.flatMap(({ excess }) => excess.map((entry) => entry.lower ?? 0));
    expect(Math.max(...lower)).toBeLessThanOrEqual(0);
    expect(needsAttribution(findings, evaluateGates(findings, {}))).toBe(true);
  });

  it('is not so where the lists are the same', async () => {
    const { findings, verdict } = await judged(syntheticRun());
    expect(needsAttribution(findings, verdict)).toBe(false);
  });

  it('nor where one list differs between sides that differ from themselves as well', async () => {
    const noisy: Tamper = (hits, place) =>
      (place.arm === 'B' || place.arm === 'A2') && place.queryIndex === 2
        ? moved(9)(hits, { ...place, arm: 'B' })
        : hits;
    const { findings } = await judged(syntheticRun({ tamper: noisy }));
    expect(needsAttribution(findings, evaluateGates(findings, {}))).toBe(false);
  });
});
