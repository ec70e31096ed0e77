import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { judgeSequence, needsInSequence } from '../../src/gate/judge/sequential-gates.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { runTruth } from '../../src/retrieve/derive/run-truth.ts';
import { sequentialJudge } from '../../src/retrieve/measure/sequential-judge.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

type Hits = Parameters<Tamper>[0];

const zeros = (n: number): number[] => new Array<number>(n).fill(0);

describe('a sequential gate', () => {
  it('never passes before 664 needs at the default margin', () => {
    expect(judgeSequence(zeros(663), 0.005)).toMatchObject({ state: 'inconclusive', n: 663 });
    expect(judgeSequence(zeros(5_000), 0.005)).toMatchObject({ state: 'pass', n: 664 });
    const gains = new Array<number>(5_000).fill(1);
    expect(judgeSequence(gains.slice(0, 663), 0.005).state).toBe('inconclusive');
    expect(judgeSequence(gains, 0.005)).toMatchObject({ state: 'pass', n: 664 });
  });

  it('says how many needs would decide, 664 without any', () => {
    expect(judgeSequence(zeros(200), 0.005).decidesAt).toBe(664);
    expect(judgeSequence([], 0.005)).toMatchObject({ state: 'inconclusive', decidesAt: 664 });
    expect(needsInSequence([], 0.01)).toBe(332);
  });

  it('stops at a loss, and does not look at what comes after', () => {
    const lost = zeros(1_000).map((_, at) => (at % 10 === 3 && at < 500 ? -1 : 0));
    const result = judgeSequence(lost, 0.005);
    expect(result.state).toBe('fail');
    expect(result.n).toBeLessThan(200);
    expect(result.p).toBeLessThanOrEqual(0.05);
    expect(judgeSequence(lost.slice(0, result.n), 0.005)).toEqual(result);
  });

  it('has bounds that agree with its answer, hold the mean, and give parity', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0, 0, 0, 0, -0.1, 0.1, -1), { maxLength: 400 }),
        fc.constantFrom(0.005, 0.02, 0.1),
        (differences, margin) => {
          const { state, lower, upper, mean } = judgeSequence(differences, margin);
          if (lower === null || upper === null || mean === null) {
            expect(differences).toEqual([]);
            return;
          }
          expect(lower).toBeLessThanOrEqual(mean + 1e-9);
          expect(upper).toBeGreaterThanOrEqual(mean - 1e-9);
          if (state === 'pass') expect(lower).toBeGreaterThanOrEqual(-margin - 1e-9);
          if (state === 'fail') expect(upper).toBeLessThanOrEqual(-margin + 1e-9);
          // A failure has to stand beside many gates: it takes more than bounds at 95%.
          if (upper > -margin) expect(state).not.toBe('fail');
        },
      ),
      { numRuns: 60 },
    );
    expect(judgeSequence(zeros(664), 0.005).parity).toBe(true);
  });
});

describe('a run that may stop early', () => {
  const failing: Tamper = (hits, { arm, queryIndex }) =>
    arm.startsWith('B') && queryIndex % 3 === 0 ? [] : hits;

  function sequentialRun(tamper?: Tamper) {
    const run = syntheticRun({ queries: 200, ...(tamper === undefined ? {} : { tamper }) });
    const cells = run.plan.cells.map((cell) => ({
      ...cell,
      planned: { needs: 500, queries: 1_000 },
    }));
    return { ...run, plan: { ...run.plan, cells } };
  }

  it('is judged in the order of its needs, and the verdict says how far it came', async () => {
    const { findings } = await deriveAgain(sequentialRun(failing));
    const verdict = evaluateGates(findings, { recall: { margin: 0.005 } });
    const gate = verdict.gates.find((entry) => entry.name === 'recall@10');
    expect(gate?.state).toBe('fail');
    expect(gate?.n).toBeLessThan(100);
    expect(verdictSentence(verdict)).toContain('Sequential: search stopped after 100 of 500 needs');
    expect(verdictSentence(verdict)).toMatch(
      /Not verified: slices of fewer than 598 needs \(2 of search, 2 of retrieve\), filters of search, .*sql, storage, chat, ingest, payloads of hits, stored vectors, other builds of the indexes\.$/,
    );
    expect(verdict.notVerified.map(gapLine).join('\n')).toContain('400 needs that were not asked');
  });

  it('has as many differences in sequence as out of it, and the same ones', async () => {
    const { findings } = await deriveAgain(sequentialRun(failing));
    for (const { quality } of findings.cells) {
      for (const { sequence, differences } of quality) {
        expect(sequence?.toSorted()).toEqual(differences.toSorted());
      }
    }
    const whole = await deriveAgain(syntheticRun({ queries: 20 }));
    expect(whole.findings.cells[0]?.quality[0]?.sequence).toBeNull();
  });

  it('is decided while it is measured exactly where it is decided afterwards', async () => {
    const run = sequentialRun(failing);
    const gates = { recall: { margin: 0.005 }, slices: { third: { ndcg: { margin: 0.01 } } } };
    const { documents, queries } = run.vectors;
    const truth = await runTruth({
      corpus: run.corpus,
      queryIds: run.plan.queryIds,
      censusKeys: [],
      documents: documents.incumbent,
      queries: queries.incumbent,
      k: 10,
    });
    const judge = sequentialJudge({
      corpus: run.corpus,
      queries: run.corpus.queries,
      k: 10,
      gates,
      truth: truth.queries,
    });
    const rows = run.observations.filter((row) => row.phase === 'quality');
    const block = (from: number) =>
      rows
        .filter(({ queryId }) => Math.floor(Number(queryId.slice(2)) / 20) === from)
        .map((row) => ({ ...row, block: from }));
    expect(judge.isDecided('retrieve')).toBe(false);
    judge.take(block(0).filter((row) => row.arm !== 'B2'));
    expect(judge.remark('retrieve')).toBeNull();
    for (let from = 1; from < 10; from++) judge.take(block(from));
    expect(judge.remark('retrieve')).toBeNull();
    judge.take(block(0).filter((row) => row.arm === 'B2'));
    const { findings } = await deriveAgain(run);
    const after = evaluateGates(findings, gates).gates.filter(
      (gate) => gate.cell === 'retrieve' && gate.unit === 'needs' && gate.state === 'fail',
    );
    const [first] = after;
    expect(judge.remark('retrieve')).toBe(`retrieve: ${first?.name} fails after ${first?.n} needs`);
  });

  const silent =
    (how: (hits: Hits) => Hits | null, others: (hits: Hits) => Hits = (hits) => hits): Tamper =>
    (hits, { arm, queryIndex }) => {
      const isEven = queryIndex >= 0 && Math.floor(queryIndex / 2) % 2 === 0;
      if (arm.startsWith('A')) return isEven ? how(hits) : hits;
      return isEven ? hits : others(hits);
    };
  it.each([
    ['empty lists of the incumbent', silent(() => []), 'passes'],
    ['lists of one row of the incumbent', silent((hits) => hits.slice(0, 1)), 'passes'],
    ['requests that the incumbent failed', silent(() => null), 'passes'],
    [
      'losses beside empty lists',
      silent(
        () => [],
        (hits) => hits.slice(5),
      ),
      'fails',
    ],
    [
      'losses beside short lists',
      silent(
        (hits) => hits.slice(0, 1),
        (hits) => hits.slice(5),
      ),
      'fails',
    ],
  ] as const)('stops by the claims of the verdict: %s', async (_, tamper, answer) => {
    const made = syntheticRun({ queries: 400, latencyPairs: 0, tamper });
    const cells = made.plan.cells.map((cell) => ({
      ...cell,
      planned: { needs: 500, queries: 1_000 },
    }));
    const run = { ...made, plan: { ...made.plan, cells } };
    const { documents, queries } = run.vectors;
    const truth = await runTruth({
      corpus: run.corpus,
      queryIds: run.plan.queryIds,
      censusKeys: [],
      documents: documents.incumbent,
      queries: queries.incumbent,
      k: 10,
    });
    const gates = { recall: { margin: 0.05 } };
    const judge = sequentialJudge({
      corpus: run.corpus,
      queries: run.corpus.queries,
      k: 10,
      gates,
      truth: truth.queries,
    });
    const blockOf = (queryId: string) => Math.floor(Number(queryId.slice(2)) / 20);
    const rows = run.observations
      .filter(({ phase, cell }) => phase === 'quality' && cell === 'retrieve')
      .map((row) => ({ ...row, block: blockOf(row.queryId) }));
    let blocks = 0;
    while (blocks < 20 && !judge.isDecided('retrieve')) {
      judge.take(rows.filter(({ block }) => block === blocks));
      blocks++;
    }
    expect(judge.remark('retrieve')).toContain(answer);
    // What was asked until then decides afterwards as well.
    const observations = rows.filter(({ block }) => block < blocks);
    const { findings } = await deriveAgain({ ...run, observations });
    const states = evaluateGates(findings, gates)
      .gates.filter(({ kind, cell }) => kind.type === 'quality' && cell === 'retrieve')
      .map(({ state }) => state);
    expect(states.length).toBeGreaterThan(0);
    if (answer === 'passes') expect(new Set(states)).toEqual(new Set(['pass']));
    else expect(states).toContain('fail');
  });
});
