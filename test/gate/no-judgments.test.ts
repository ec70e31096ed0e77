import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCorpus } from '../../src/corpus/load.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { gatesOver } from '../../src/gate/margins.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { runTruth } from '../../src/retrieve/derive/run-truth.ts';
import { sequentialJudge } from '../../src/retrieve/measure/sequential-judge.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const WIDE = { recall: { margin: 0.2 }, ndcg: { margin: 0.2 }, errors: { margin: 0.2 } };

/** Two equal sides over a corpus that nothing is judged in. */
function withoutJudgments() {
  const run = syntheticRun({ queries: 60 });
  return { ...run, corpus: { ...run.corpus, judgments: new Map() } };
}

describe('a corpus without judgments', () => {
  it('passes on recall; nDCG gates nothing and is named as not verified', async () => {
    const { findings } = await deriveAgain(withoutJudgments());
    const verdict = evaluateGates(findings, WIDE);
    expect(verdict.state).toBe('pass');
    expect(verdict.gates.map(({ name }) => name)).not.toContain('ndcg@10');
    expect(verdict.notVerified.map(gapLine)).toContain(
      'ndcg@10 of search: no query that was asked has a judgment',
    );
    expect(verdictSentence(verdict)).toContain(
      'Not verified: ndcg@10 of search, ndcg@10 of retrieve, ',
    );
  });

  it('projects needs from the gates that have values alone', async () => {
    const { findings } = await deriveAgain(withoutJudgments());
    const verdict = evaluateGates(findings, { ...WIDE, ndcg: { margin: 0.000_05 } });
    expect(verdict.state).toBe('pass');
    const narrow = evaluateGates(findings, { ...WIDE, recall: { margin: 0.005 } });
    expect(narrow.state).toBe('inconclusive');
    expect(verdictSentence(narrow)).toContain('About 598 needs would decide');
    // So few needs could not have passed: no look was spent.
    expect(verdictSentence(narrow)).toContain('would decide in four of five runs. ');
    const spent = { ...narrow, gates: narrow.gates.map((gate) => ({ ...gate, n: 2_000 })) };
    const first = { ...spent, look: { number: 1, alpha: 0.025 } };
    expect(verdictSentence(first)).toContain('a second look at the same question is judged more');
    const only = verdictSentence({ ...spent, look: { number: 1, alpha: 0.05 } });
    expect(only).toContain('four of five runs; another look at this question is refused.');
  });

  it('does not keep a sequential run from stopping', async () => {
    const run = syntheticRun({ queries: 200 });
    const truth = await runTruth({
      corpus: run.corpus,
      queryIds: run.plan.queryIds,
      censusKeys: [],
      documents: run.vectors.documents.incumbent,
      queries: run.vectors.queries.incumbent,
      k: 10,
    });
    const judgeOf = (judgments: typeof run.corpus.judgments) => {
      const judge = sequentialJudge({
        corpus: { ...run.corpus, judgments },
        queries: run.corpus.queries,
        k: 10,
        gates: { recall: { margin: 0.3 }, ndcg: { margin: 0.000_1 } },
        truth: truth.queries,
      });
      judge.take(run.observations);
      return judge;
    };
    expect(judgeOf(run.corpus.judgments).isDecided('retrieve')).toBe(false);
    expect(judgeOf(new Map()).isDecided('retrieve')).toBe(true);
  });
});

describe('judgments that were generated with the documents', () => {
  const options = (origin: string) => ({
    origins: new Map([['gates.ndcg.margin', origin]]),
    truth: 'exact',
  });

  it('gate nothing by the default margin, and are named as not verified', async () => {
    const gates = gatesOver({ generated: true }, WIDE, options('default'));
    const { findings } = await deriveAgain(syntheticRun({ queries: 60 }));
    const verdict = evaluateGates(findings, gates);
    expect(verdict.gates.map(({ name }) => name)).not.toContain('ndcg@10');
    expect(verdict.notVerified.map(gapLine)).toContain(
      'nDCG: the judgments were generated with the documents, and say nothing about a model (gates.ndcg.margin gates it all the same)',
    );
    expect(verdictSentence(verdict)).toContain('Not verified: nDCG, whose judgments are generated');
  });

  it('gate where somebody set the margin, a floor, or declared them to be the truth', () => {
    const floored = { ...WIDE, ndcg: { margin: 0.2, min: 0.5 } };
    expect(gatesOver({ generated: true }, WIDE, options('--set'))).toEqual(WIDE);
    expect(gatesOver({ generated: true }, floored, options('default')).ndcg).toEqual({ min: 0.5 });
    const declared = { ...options('default'), truth: 'judgments' };
    expect(gatesOver({ generated: true }, WIDE, declared)).toEqual(WIDE);
    expect(gatesOver({}, WIDE, options('default'))).toEqual(WIDE);
  });

  it('are known by the manifest', async () => {
    const shipped = join(import.meta.dirname, '../../corpora/workers-200');
    expect((await loadCorpus(shipped)).generated).toBe(true);
  });
});

describe('a corpus whose documents are no answer to their own text', () => {
  it('loses none that other questions return, and those that nothing returns', async () => {
    const run = syntheticRun({
      queries: 60,
      tamper: (hits, { arm, queryIndex }) =>
        arm.startsWith('B') && queryIndex === -1 ? hits.slice(1) : hits,
    });
    const judged = async (corpus: typeof run.corpus) =>
      evaluateGates((await deriveAgain({ ...run, corpus })).findings, WIDE).gates.find(
        ({ name }) => name === 'membership of the candidate',
      )?.state;
    expect(await judged(run.corpus)).toBe('fail');
    expect(await judged({ ...run.corpus, excludeSelf: true })).toBe('pass');
  });
});

describe('a gate that is switched off', () => {
  it('decides nothing, and is named as not verified', async () => {
    const { findings } = await deriveAgain(
      syntheticRun({
        queries: 60,
        // Every other answer of the candidate fails.
        tamper: (hits, { arm, queryIndex }) =>
          arm.startsWith('B') && queryIndex % 2 === 1 ? null : hits,
      }),
    );
    const off = ['recall', 'ndcg', 'errors', 'contract', 'embedding', 'p50', 'p95'];
    const verdict = evaluateGates(findings, { off });
    const names = new Set(verdict.gates.filter(({ gated }) => gated).map(({ name }) => name));
    expect([...names]).toEqual(['membership of the candidate']);
    for (const key of off) {
      expect(verdict.notVerified.map(gapLine)).toContain(
        `${key}: its gate is switched off (gates.${key})`,
      );
      expect(verdictSentence(verdict)).toMatch(new RegExp(`Not verified: .*\\b${key}\\b`));
    }
  });
});
