import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import type { StoredFindings } from '../../src/parity/stored-findings.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { attributionSections } from '../../src/report/sections/attribution.ts';
import { rescore } from '../../src/rescore.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import {
  attributeCell,
  attributionSample,
  runAttribution,
} from '../../src/retrieve/derive/run-attribution.ts';
import { explainOne, explainWorst } from '../../src/retrieve/explain-run.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { temporaryFolder } from '../record/fixtures.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const dropped = (): RecordedRun =>
  syntheticRun({
    tamper: (hits, { arm }) => (arm.startsWith('B') ? hits.filter(({ id }) => id !== 'd-3') : hits),
  });

/** The run with the extra requests, as a side would answer them that has nothing beyond its first k rows. */
function askedAgain(run: RecordedRun): RecordedRun {
  const sample = new Set(attributionSample(run, 'retrieve').map(({ id }) => id));
  const extra = run.observations
    .filter((row) => row.phase === 'quality' && row.cell === 'retrieve' && sample.has(row.queryId))
    .filter(({ arm }) => arm === 'A' || arm === 'B')
    .map((row) => ({ ...row, phase: 'attribution' as const, k: 50 }));
  return { ...run, observations: [...run.observations, ...extra] };
}

describe('the attribution of a recorded run', () => {
  it('is derived only where extra requests were made, and changes no other figure', async () => {
    const run = dropped();
    const plain = (await deriveFindings(run)).findings;
    const { attribution, ...others } = (await deriveFindings(askedAgain(run))).findings;
    expect(plain.attribution).toBeUndefined();
    expect(attribution?.map(({ cell }) => cell)).toEqual(['retrieve']);
    expect(others).toEqual(plain);
  });

  it('is not begun after an interrupt, and found when the run is rescored, which then differs from nothing', async () => {
    const run = dropped();
    const asked = askedAgain(run);
    expect(await runAttribution(asked, { signal: AbortSignal.abort() })).toEqual(new Map());
    const folder = await storeRun(asked, await temporaryFolder(), { status: 'interrupted' }, run);
    const { findings, compared, exitCode } = await rescore(folder);
    expect((findings as StoredFindings).attribution?.map(({ cell }) => cell)).toEqual(['retrieve']);
    expect([compared, exitCode]).toEqual([[], 0]);
  });

  it('names a document that one side lacks, and is the same to the byte when derived twice', async () => {
    const run = askedAgain(dropped());
    const one = (await deriveFindings(run)).findings;
    const again = (await deriveFindings(run)).findings;
    expect(attributionSections(one)).toEqual(attributionSections(again));
    const membership = one.attribution?.[0]?.components.find(
      ({ component }) => component === 'membership',
    );
    expect(membership?.candidate).toContain('things/d-3');
    expect(membership?.incumbent).toBe('the corpus');
  });

  it('tells the verdict its cause, which its sentence names', async () => {
    const { findings } = await deriveFindings(askedAgain(dropped()));
    expect(verdictSentence(evaluateGates(findings, {}))).toContain(
      'Cause: the answers of retrieve differ by which documents the index holds (51%: incumbent the corpus; candidate 1 missing (things/d-3)) and by the length',
    );
  });

  it('lists queries by the measure of its headline: truncation is seen by overlap and not by RBO', () => {
    const shortened = syntheticRun({
      tamper: (hits, { arm, queryIndex }) =>
        arm.startsWith('B')
          ? queryIndex === 7
            ? [...hits.slice(1, 2), ...hits.slice(0, 1), ...hits.slice(2)]
            : queryIndex >= 0 && queryIndex % 2 === 0
              ? hits.slice(0, 4)
              : hits
          : hits,
    });
    const report = explainWorst(askedAgain(shortened), ['retrieve'], 3);
    const lines = renderMarkdown(report).split('\n');
    expect(lines.join('\n')).toContain('of what is explained of 1 − overlap');
    const [header = '', , ...rows] = lines.filter((line) => line.startsWith('|'));
    expect(header).toContain('1 − overlap');
    expect(rows.map((line) => line.split('|')[1]?.trim())).toEqual(['q-0000', 'q-0002', 'q-0004']);
    expect(rows.every((line) => line.includes('truncation'))).toBe(true);
  });

  it('begins with the gates that failed, and shows what broke the contract', async () => {
    const run = askedAgain(dropped());
    const { findings } = await deriveFindings(run);
    const { gates, remarks } = evaluateGates(findings, {});
    const told = renderMarkdown(explainWorst(run, ['retrieve'], 3, { gates, remarks, findings }));
    expect(told).toMatch(
      /What failed[\s\S]*contract of retrieve[\s\S]*membership of the candidate/,
    );
    expect(told).toMatch(/retrieve, short: 26 of \d+ answers of the candidate, e\.g\. q-/);
    expect(told.indexOf('What failed')).toBeLessThan(
      told.indexOf('the queries that disagree most'),
    );
    const passed = gates.map((gate) => ({ ...gate, state: 'pass' as const }));
    expect(
      renderMarkdown(explainWorst(run, ['retrieve'], 3, { gates: passed, remarks, findings })),
    ).not.toContain('What failed');
  });

  it('names a side that is unsteady though one component explains all', async () => {
    // One replica lacks a row; a few queries met the other one when they were asked again.
    const run = askedAgain(
      syntheticRun({
        queries: 120,
        tamper: (hits, { arm, queryIndex }) =>
          queryIndex >= 0 && (arm === 'B' || (arm === 'B2' && queryIndex % 20 !== 0))
            ? hits.slice(1)
            : hits,
      }),
    );
    const { findings } = await deriveFindings(run);
    const { gates, remarks } = evaluateGates(findings, {});
    expect(remarks.some(({ kind }) => kind === 'cause')).toBe(true);
    const told = renderMarkdown(explainWorst(run, ['retrieve'], 3, { gates, remarks, findings }));
    expect(told).toMatch(
      /Answered otherwise when asked again[\s\S]*to the candidate share 99\.\d% of their documents \(100\.0% on the other side\); 6 of 60 needs are answered/,
    );
  });

  it('samples queries that disagree and others, the same for the same seed', () => {
    const run = dropped();
    const sample = attributionSample(run, 'retrieve').map(({ id }) => id);
    expect(sample).toEqual(attributionSample(run, 'retrieve').map(({ id }) => id));
    expect(sample).toHaveLength(60);
  });

  it('gives the same φ with the sides exchanged', () => {
    const run = askedAgain(dropped());
    const straight = attributeCell(run, 'retrieve').finding;
    const back = attributeCell(run, 'retrieve', { swap: true }).finding;
    for (const [at, { total, shares }] of straight.measures.entries()) {
      expect(back.measures[at]?.total).toBeCloseTo(total, 12);
      expect(back.measures[at]?.shares[0]?.phi.mean).toBeCloseTo(shares[0]?.phi.mean ?? 0, 9);
    }
  });
});

describe('the explanation of a query', () => {
  it('lists the queries that disagree most', () => {
    const { sections } = explainWorst(dropped(), ['retrieve'], 3);
    const rows = sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'table' ? block.rows : [])),
    );
    expect(rows.map(({ id }) => id)).toEqual(rows.map(() => expect.stringMatching(/^q-/)));
    expect(rows).toHaveLength(3);
  });

  it('shows both lists, the truth and what moved each document', async () => {
    const run = dropped();
    const attributed = attributeCell(run, 'retrieve');
    const id = attributed.finding.evidence[0]?.queryId ?? '';
    const text = renderMarkdown(await explainOne(run, ['retrieve'], id));
    expect(text).toContain(`retrieve: ${id}`);
    expect(text).toContain('things/d-3');
    expect(text).toContain('Minimal repair of this query');
  });

  it('refuses a query that was not asked', async () => {
    await expect(explainOne(dropped(), ['retrieve'], 'q-none')).rejects.toMatchObject({
      code: 'explain-query',
    });
  });
});
