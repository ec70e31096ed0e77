import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { isSameMetric, recallAt } from '../../src/metrics/metric.ts';
import type { CellFinding, Findings } from '../../src/parity/findings.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { retrieveReport } from '../../src/report/retrieve-report.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { runTruth } from '../../src/retrieve/derive/run-truth.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const GATES = { recall: { margin: 0.005 }, ndcg: { margin: 0.01 }, errors: { margin: 0.001 } };
const CONTEXT = {
  runId: 'r',
  createdAt: '2026-01-01T00:00:00.000Z',
  toolVersion: '0.0.0',
  corpusHash: 'abc',
  incumbent: { url: 'http://127.0.0.1:1', about: 'old' },
  candidate: { url: 'http://127.0.0.1:2', about: 'new' },
  machine: 'm',
  node: '24',
  swapped: false,
};

async function findingsOf(tamper?: Tamper, extra: Parameters<typeof syntheticRun>[0] = {}) {
  const run = syntheticRun({ ...extra, ...(tamper === undefined ? {} : { tamper }) });
  return (await deriveFindings(run)).findings;
}

function cell(findings: Findings, name: string): CellFinding {
  const found = findings.cells.find((entry) => entry.cell === name);
  if (found === undefined) throw new Error(`no cell ${name}`);
  return found;
}

function recallAt10(finding: CellFinding) {
  const found = finding.quality.find((entry) => isSameMetric(entry.metric, recallAt(10)));
  if (found === undefined) throw new Error('no recall@10');
  return found;
}

const candidateOnly =
  (change: Tamper): Tamper =>
  (hits, place) =>
    place.arm.startsWith('B') ? change(hits, place) : hits;

describe('findings of a run that is answered exactly', () => {
  it('have recall 1 on both sides, full agreement and no violation', async () => {
    const findings = await findingsOf();
    for (const entry of findings.cells) {
      const recall = recallAt10(entry);
      expect(recall.incumbent.mean).toBe(1);
      expect(recall.candidate.mean).toBe(1);
      expect(new Set(recall.differences)).toEqual(new Set([0]));
      expect(entry.agreement[0]).toMatchObject({
        pair: 'A·B',
        overlap: 1,
        identical: entry.queries,
      });
      expect(entry.violations).toEqual([]);
    }
    expect(findings.census.map((side) => [side.asked, side.missing.length])).toEqual([
      [40, 0],
      [40, 0],
    ]);
  });

  it('count needs, not queries: two queries share each need here', async () => {
    const findings = await findingsOf();
    expect(cell(findings, 'retrieve')).toMatchObject({ queries: 60, needs: 30 });
    expect(recallAt10(cell(findings, 'retrieve')).delta.n).toBe(30);
  });

  it('are inconclusive with few needs, and say how many would decide: 598 at a margin of .005', async () => {
    const verdict = evaluateGates(await findingsOf(), GATES);
    expect(verdict.state).toBe('inconclusive');
    expect(verdict.exitCode).toBe(3);
    const gate = verdict.gates.find((entry) => entry.name === 'recall@10');
    expect(gate).toMatchObject({ state: 'inconclusive', decidesAt: 598 });
  });

  it('give the same report to the byte when they are derived twice', async () => {
    const [one, two] = [await findingsOf(), await findingsOf()];
    expect(renderMarkdown(retrieveReport(one, evaluateGates(one, GATES), CONTEXT))).toBe(
      renderMarkdown(retrieveReport(two, evaluateGates(two, GATES), CONTEXT)),
    );
  });
});

describe('planted differences', () => {
  it('a dropped document is named by the census and fails the verdict, however many needs there are', async () => {
    const findings = await findingsOf(
      candidateOnly((hits) => hits.filter((hit) => hit.id !== 'd-3')),
    );
    const verdict = evaluateGates(findings, GATES);
    expect(findings.census[1]).toMatchObject({ side: 'candidate', missing: ['things/d-3'] });
    expect(verdict.state).toBe('fail');
    expect(verdict.exitCode).toBe(1);
    expect(verdictSentence(verdict)).toContain('things/d-3');
  });

  it('a reversed list keeps recall@10 and breaks the contract', async () => {
    const findings = await findingsOf(candidateOnly((hits) => [...hits].reverse()));
    const retrieve = cell(findings, 'retrieve');
    expect(recallAt10(retrieve).candidate.mean).toBe(1);
    expect(retrieve.violations.map((entry) => [entry.side, entry.kind])).toEqual([
      ['candidate', 'non-monotone'],
    ]);
    expect(evaluateGates(findings, GATES).state).toBe('fail');
  });

  it('a failed request scores 0 as served, is left out when answered, and is counted', async () => {
    const findings = await findingsOf(
      candidateOnly((hits, { queryIndex }) => (queryIndex === 2 ? null : hits)),
    );
    const retrieve = cell(findings, 'retrieve');
    const recall = recallAt10(retrieve);
    expect(recall.candidate.mean).toBeCloseTo(1 - 1 / 60, 12);
    expect(recall.answeredCandidate).toBe(1);
    expect(findings.errors).toMatchObject({ candidateOnly: 4, incumbentOnly: 0 });
    expect(retrieve.failures[1]).toMatchObject({ failed: 2, byOutcome: { 'http 500': 2 } });
  });

  it('a query that the incumbent failed does not credit the candidate where both answered', async () => {
    const findings = await findingsOf((hits, { arm, queryIndex }) =>
      arm.startsWith('A') && queryIndex === 2 ? null : hits,
    );
    const recall = recallAt10(cell(findings, 'retrieve'));
    expect(recall.incumbent.mean).toBeLessThan(1);
    expect(Math.max(...recall.differences)).toBeGreaterThan(0);
    // A pass needs both claims, and over answered pairs nothing is gained.
    expect(recall.answeredDifferences?.every((value) => value === 0)).toBe(true);
  });

  it('rows that the filter excludes are no hits, and break the contract', async () => {
    const findings = await findingsOf(
      candidateOnly((hits, { queryIndex }) =>
        queryIndex % 5 === 4 ? [{ id: 'd-1', similarity: 1 }, ...hits.slice(1)] : hits,
      ),
    );
    const retrieve = cell(findings, 'retrieve');
    expect(recallAt10(retrieve).candidate.mean).toBeLessThan(1);
    expect(retrieve.violations.map((entry) => entry.kind)).toContain('filtered-out');
  });

  it('an incumbent that differs from itself makes the environment unfit, not the candidate bad', async () => {
    const findings = await findingsOf((hits, { arm }) => (arm === 'A2' ? hits.slice(5) : hits));
    const verdict = evaluateGates(findings, GATES);
    expect(verdict.state).toBe('environment unfit');
    expect(verdict.exitCode).toBe(4);
  });

  it('an interrupted run never passes', async () => {
    const findings = { ...(await findingsOf()), complete: false };
    const wide = { recall: { margin: 0.5 }, ndcg: { margin: 0.5 }, errors: { margin: 0.5 } };
    expect(evaluateGates({ ...findings, complete: true }, wide).state).toBe('pass');
    expect(evaluateGates(findings, wide).state).toBe('inconclusive');
  });
});

it('an interrupt while the reference index is made leaves it out, and the findings are partial', async () => {
  const interrupt = new AbortController();
  const run = syntheticRun();
  const truth = await runTruth({
    corpus: run.corpus,
    queryIds: run.plan.queryIds,
    censusKeys: run.plan.censusKeys,
    documents: run.vectors.documents.incumbent,
    queries: run.vectors.queries.incumbent,
    k: run.plan.k,
  });
  const deriving = deriveFindings(run, { truth, signal: interrupt.signal });
  interrupt.abort(new Error('interrupted'));
  const { findings } = await deriving;
  expect([findings.complete, findings.referenceLeft, findings.reference]).toEqual([
    false,
    true,
    [],
  ]);
  const { complete, referenceLeft, reference, ...others } = (await deriveFindings(run)).findings;
  expect(findings).toMatchObject(others);
  expect([complete, referenceLeft, reference.length]).toEqual([true, undefined, 1]);
});

describe('latency gates', () => {
  it('fail a candidate that is 30% slower, unless they are switched off', async () => {
    const findings = await findingsOf(undefined, { slower: 1.3 });
    const verdict = evaluateGates(findings, GATES);
    expect(verdict.gates.find((gate) => gate.name === 'p95')).toMatchObject({
      gated: true,
      state: 'fail',
    });
    expect(verdict.state).toBe('fail');
    const off = evaluateGates(findings, { ...GATES, off: ['p50', 'p95'] });
    expect(off.gates.find((gate) => gate.name === 'p95')).toMatchObject({
      gated: false,
      state: 'fail',
    });
    expect(off.state).not.toBe('fail');
    const gated = evaluateGates(findings, { ...GATES, p95: { margin: 0.1 } });
    expect(gated.state).toBe('fail');
  });
});

describe('sides exchanged with the truth held fixed', () => {
  const tamper: Tamper = candidateOnly((hits, { queryIndex }) =>
    queryIndex % 7 === 0 ? [...hits.slice(1), { id: 'd-0', similarity: -1 }] : hits,
  );

  it('symmetric figures are equal, differences negate, ratios invert, bounds exchange', async () => {
    const run = syntheticRun({ tamper, slower: 1.2 });
    const straight = (await deriveFindings(run)).findings;
    const swapped = (await deriveFindings(run, { swap: true })).findings;
    for (const [at, one] of straight.cells.entries()) {
      const other = swapped.cells[at];
      expect(other).toBeDefined();
      if (other === undefined) continue;
      expect(other.incumbentPath).toBe(one.candidatePath);
      for (const [index, q] of one.quality.entries()) {
        const s = other.quality[index];
        expect(s?.incumbent).toEqual(q.candidate);
        expect(s?.candidate).toEqual(q.incumbent);
        expect(s?.delta.mean).toBeCloseTo(-(q.delta.mean ?? Number.NaN), 12);
        expect(s?.delta.lower).toBeCloseTo(-(q.delta.upper ?? Number.NaN), 9);
        expect(s?.delta.upper).toBeCloseTo(-(q.delta.lower ?? Number.NaN), 9);
      }
      expect(other.agreement[0]?.rbo).toBeCloseTo(one.agreement[0]?.rbo ?? Number.NaN, 12);
      expect(other.agreement[0]?.overlap).toBe(one.agreement[0]?.overlap);
      expect(other.excess.map((x) => x.mean)).toEqual(one.excess.map((x) => x.mean));
      expect(other.scoreDrift.meanSigned).toBeCloseTo(-(one.scoreDrift.meanSigned ?? 0), 12);
    }
    for (const [at, one] of straight.latency.entries()) {
      const other = swapped.latency[at];
      expect(other?.ratio).toBeCloseTo(1 / (one.ratio ?? Number.NaN), 12);
      expect(other?.ratioLower).toBeCloseTo(1 / (one.ratioUpper ?? Number.NaN), 12);
      expect(other?.ratioUpper).toBeCloseTo(1 / (one.ratioLower ?? Number.NaN), 12);
    }
    expect(swapped.census.map((side) => side.missing)).toEqual(
      straight.census.map((side) => side.missing).reverse(),
    );
  });
});
