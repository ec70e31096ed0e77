import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { withHolm } from '../../src/gate/holm.ts';
import { judge } from '../../src/gate/judge/judge-claims.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import type { GateResult, Verdict } from '../../src/gate/verdict.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const GATES = { recall: { margin: 0.02 }, ndcg: { margin: 0.02 }, errors: { margin: 0.02 } };
const SIZE = { queries: 400, documents: 40, latencyPairs: 0 };

async function judged(tamper: Tamper, gates: Parameters<typeof evaluateGates>[1] = GATES) {
  const { findings } = await deriveFindings(syntheticRun({ ...SIZE, tamper }));
  return { findings, verdict: evaluateGates(findings, gates) };
}

const gateNamed = ({ gates }: Verdict, name: string): GateResult | undefined =>
  gates.find((gate) => gate.name === name);

/** Every n-th request of an arm, in a fixed pattern that differs between arms. */
const every = (n: number, shift: number, queryIndex: number): boolean =>
  (queryIndex * 7 + shift * 3) % n === 0;

describe('a fault of the incumbent', () => {
  it('that loses a document is a remark, and the candidate passes', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('A') && queryIndex === -1 ? hits.filter(({ id }) => id !== 'd-7') : hits,
    );
    expect(gateNamed(verdict, 'membership of the incumbent')).toMatchObject({ gated: false });
    expect(verdict.state).toBe('pass');
  });

  it('that both sides share is no loss of the candidate', async () => {
    const { verdict, findings } = await judged((hits, { queryIndex }) =>
      queryIndex === -1 ? hits.filter(({ id }) => id !== 'd-7') : hits,
    );
    expect(
      findings.census.every(({ elsewhere, missing }) => elsewhere.length + missing.length === 1),
    ).toBe(true);
    expect(verdict.state).toBe('pass');
    expect(gateNamed(verdict, 'membership of the candidate')?.reason).toContain(
      'lost by both sides',
    );
  });

  it('does not hide the candidate’s own loss, which is called by its name', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      queryIndex === -1 ? hits.filter(({ id }) => id !== (arm === 'A' ? 'd-7' : 'd-8')) : hits,
    );
    expect(verdict.state).toBe('fail');
    const reason = gateNamed(verdict, 'membership of the candidate')?.reason ?? '';
    expect(reason).toContain(
      'documents not found by its own text, though other questions return it: things/d-8',
    );
    expect(reason).not.toContain('missing');
  });
});

describe('failed requests', () => {
  it('at random on both sides alike are neither a loss of quality nor an unfit environment', async () => {
    const shift = { A: 0, A2: 1, B: 2, B2: 3 } as const;
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      queryIndex >= 0 && every(50, shift[arm], queryIndex) ? null : hits,
    );
    expect(['pass', 'inconclusive']).toContain(verdict.state);
    const { findings } = await judged((hits, { arm, queryIndex }) =>
      queryIndex >= 0 && every(50, shift[arm], queryIndex) ? null : hits,
    );
    for (const { quality } of findings.cells) {
      for (const { answeredDifferences, noiseDifferences } of quality) {
        expect(answeredDifferences?.every((value) => value === 0)).toBe(true);
        expect(noiseDifferences.every((value) => value === 0)).toBe(true);
      }
    }
  });

  it('of the candidate are named first, and quality is said to follow', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 && queryIndex % 3 === 0 ? null : hits,
    );
    expect(verdict.state).toBe('fail');
    expect(verdictSentence(verdict)).toMatch(/gates: error rate \(/);
    expect(verdictSentence(verdict)).toContain('follows from the failed requests');
    // The lists that came are the same.
    expect(gateNamed(verdict, 'recall@10')?.reason).toMatch(/^as served: /);
  });

  it('are counted by need: a query that always fails is not diluted by other requests', async () => {
    const { findings } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex === 2 ? null : hits,
    );
    // Two queries a need: half of the pairs of need 1 fail.
    expect(findings.errors.differences.filter((value) => value !== 0)).toEqual([-0.5]);
  });
});

describe('the contract', () => {
  it('is judged by rate: one inversion of the incumbent does not excuse all of the candidate', async () => {
    const reversed: Tamper = (hits, { arm, queryIndex }) =>
      (arm.startsWith('B') && queryIndex >= 0) || (arm === 'A' && queryIndex === 4)
        ? hits.toReversed()
        : hits;
    const { verdict } = await judged(reversed);
    expect(gateNamed(verdict, 'contract')).toMatchObject({ state: 'fail' });
  });

  it('tolerates an inversion within float noise', async () => {
    const { findings, verdict } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex === 4
        ? hits.map((hit, at) =>
            at === 1 ? { ...hit, similarity: (hits[0]?.similarity ?? 0) + 1e-9 } : hit,
          )
        : hits,
    );
    expect(findings.cells.flatMap(({ contract }) => contract)).toEqual([]);
    expect(verdict.state).toBe('pass');
  });

  it('fails for a single query that repeats a document each time, and not for one chance short list', async () => {
    const twice: Tamper = (hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex === 4
        ? [...hits.slice(0, 9), hits[0] as (typeof hits)[0]]
        : hits;
    expect((await judged(twice)).verdict.state).toBe('fail');
    const once: Tamper = (hits, { arm, queryIndex }) =>
      arm === 'B' && queryIndex === 4 ? hits.slice(0, 9) : hits;
    expect((await judged(once)).verdict.state).not.toBe('fail');
  });

  it('does not fail for a query that breaks it in both answers by chance, among random violations of both sides', async () => {
    const shift = { A: 0, A2: 1, B: 2, B2: 3 } as const;
    const { verdict } = await judged((hits, { arm, queryIndex }) => {
      const isBoth = queryIndex === 5 && arm.startsWith('B');
      const isRare = queryIndex >= 0 && queryIndex !== 5 && every(45, shift[arm], queryIndex);
      return isBoth || isRare ? [...hits.slice(0, 9), hits[0] as (typeof hits)[0]] : hits;
    });
    expect(gateNamed(verdict, 'contract')?.state).not.toBe('fail');
  });

  it('rare violations of both sides alike never fail', async () => {
    const shift = { A: 0, A2: 1, B: 2, B2: 3 } as const;
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      queryIndex >= 0 && every(90, shift[arm], queryIndex) ? hits.slice(0, 9) : hits,
    );
    expect(verdict.state).not.toBe('fail');
    expect(verdict.state).not.toBe('environment unfit');
  });
});

describe('latency', () => {
  const latency = (change: { ratio: number; lower: number; upper: number }) => [
    {
      cell: 'search' as const,
      quantile: 'p50' as const,
      incumbentMs: 1,
      candidateMs: change.ratio,
      ratio: change.ratio,
      ratioLower: change.lower,
      ratioUpper: change.upper,
      blockPairs: 12,
      requestsPerBlock: 200,
      censored: { incumbent: 0, candidate: 0 },
    },
  ];

  it('of a candidate six times slower fails without any margin configured', async () => {
    const { findings } = await judged((hits) => hits);
    const slow = { ...findings, latency: latency({ ratio: 6, lower: 5.7, upper: 6.3 }) };
    const verdict = evaluateGates(slow, GATES);
    expect(verdict).toMatchObject({ state: 'fail', exitCode: 1 });
    expect(verdictSentence(verdict)).toContain('p50 of search (slower by more than 10%)');
  });

  it('that is open leaves the verdict on the answers, and the sentence says so', async () => {
    const { findings } = await judged((hits) => hits);
    const open = { ...findings, latency: latency({ ratio: 1.05, lower: 0.9, upper: 1.2 }) };
    const verdict = evaluateGates(open, GATES);
    expect(verdict).toMatchObject({ state: 'pass', exitCode: 0 });
    expect(verdictSentence(verdict)).toContain('latency is undecided: p50 of search');
    // Whoever sets a margin waits for its answer.
    expect(evaluateGates(open, { ...GATES, p50: { margin: 0.1 } }).state).toBe('inconclusive');
    expect(verdictSentence(evaluateGates(open, { ...GATES, off: ['p50'] }))).not.toContain(
      'undecided',
    );
  });
});

describe('a gain', () => {
  it('of recall beyond the margin, with lists that disagree, is no silent pass', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('A') && queryIndex >= 0
        ? [...hits.slice(0, 7), { id: 'd-1', similarity: -2 }, { id: 'd-2', similarity: -3 }]
        : hits,
    );
    expect(verdict.state).toBe('inconclusive');
    expect(gateNamed(verdict, 'recall@10')?.reason).toContain(
      'the truth may not be that of the incumbent',
    );
  });
});

describe('floors and off switches', () => {
  it('a floor that the candidate does not reach fails although it equals the incumbent', async () => {
    const half: Tamper = (hits, { queryIndex }) => (queryIndex >= 0 ? hits.slice(0, 5) : hits);
    const { verdict } = await judged(half, { ...GATES, recall: { margin: 0.02, min: 0.9 } });
    expect(gateNamed(verdict, 'least recall@10')).toMatchObject({ state: 'fail' });
    expect(verdict.state).toBe('fail');
    const without = await judged(half);
    expect(gateNamed(without.verdict, 'least recall@10')).toBeUndefined();
  });
});

describe('remarks', () => {
  it('name what both sides do wrong, though it fails nobody', async () => {
    const { verdict } = await judged((hits, { queryIndex }) =>
      queryIndex >= 0 ? hits.slice(0, 5) : hits,
    );
    const both = verdict.remarks.filter(({ kind }) => kind === 'both sides');
    expect(both.map(({ text }) => text).join('\n')).toMatch(
      /recall@10 of search is 0\.500 and 0\.500/,
    );
    expect(both.map(({ text }) => text).join('\n')).toMatch(
      /short in \d+ and \d+ answers of search/,
    );
    expect(verdictSentence(verdict)).toContain('recall@10 of search is 0.500');
  });

  it('name a side that differs from itself', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      arm === 'B2' && queryIndex >= 0 && queryIndex % 5 === 0 ? hits.toReversed().slice(3) : hits,
    );
    expect(verdict.remarks).toContainEqual(
      expect.objectContaining({
        kind: 'unsteady',
        text: expect.stringContaining('candidate share'),
      }),
    );
    expect(verdict.remarks.some(({ text }) => text.includes('to the incumbent share'))).toBe(false);
  });

  it('are empty for sound sides, and latency that was not timed is not verified', async () => {
    const { verdict } = await judged((hits) => hits);
    expect(verdict.remarks).toEqual([]);
    expect(verdict.notVerified.map(gapLine)).toContain('latency: no block of it was timed');
    expect(verdictSentence(verdict)).toMatch(/Not verified: .*latency/);
  });
});

describe('many gates', () => {
  const claim = judge([...new Array<number>(20).fill(-1), ...new Array<number>(100).fill(0)], 0.1);
  const gate = (name: string, change: Partial<GateResult> = {}): GateResult => ({
    ...claim,
    name,
    kind: { type: 'errors' },
    cell: 'all',
    slice: null,
    ...change,
  });

  it('make a weak failure inconclusive: Holm decides, and p and the adjusted p are kept', () => {
    const weak = gate('weak', { state: 'fail', p: 0.04, regressed: true });
    const others = Array.from({ length: 9 }, (_, at) => gate(`g${at}`, { state: 'pass', p: null }));
    const [first] = withHolm([weak, ...others]);
    expect(first).toMatchObject({ state: 'inconclusive', regressed: true, p: 0.04 });
    expect(first?.pHolm).toBeCloseTo(0.4, 12);
    expect(first?.reason).toContain('Holm p 0.400');
  });

  it('leave a strong failure and one that was counted and not sampled', () => {
    const strong = gate('strong', { state: 'fail', p: 0.001 });
    const counted = gate('counted', {
      state: 'fail',
      p: null,
      kind: { type: 'membership', side: 'candidate' },
    });
    const [first, second] = withHolm([strong, counted, gate('other', { state: 'pass', p: null })]);
    expect(first).toMatchObject({ state: 'fail', pHolm: 0.002 });
    expect(second).toMatchObject({ state: 'fail', pHolm: null });
  });
});
