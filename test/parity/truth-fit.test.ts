import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { bpref, judgedShare } from '../../src/metrics/judged.ts';
import { describesIncumbent } from '../../src/parity/cell/truth-fit.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const SIZE = { queries: 400, documents: 40, latencyPairs: 0 };
const GATES = { recall: { margin: 0.02 }, ndcg: { margin: 0.99 }, errors: { margin: 0.02 } };

async function fitted(tamper: Tamper) {
  const { findings } = await deriveAgain(syntheticRun({ ...SIZE, tamper }));
  const fit = findings.cells[0]?.truthFit;
  if (fit === undefined) throw new Error('no fit');
  return { fit, verdict: evaluateGates(findings, GATES) };
}

/** The incumbent's index does not reach every fourth row. */
const losing =
  (scored: (similarity: number, rank: number) => number): Tamper =>
  (hits, { arm, queryIndex }) =>
    queryIndex < 0 || arm.startsWith('B')
      ? hits
      : hits
          .filter((_, rank) => rank % 4 !== 3)
          .map(({ id, similarity }, rank) => ({ id, similarity: scored(similarity, rank) }));

describe('the fit of the truth to the incumbent', () => {
  it('is whole for exact scores, whatever rows an index loses: a gain is then real and passes', async () => {
    const { fit, verdict } = await fitted(losing((similarity) => (1 + similarity) / 2));
    expect(fit).toMatchObject({ declaredShare: 1, disorder: 0, metric: 'cosine' });
    expect(describesIncumbent(fit)).toBe(true);
    expect(verdict.state).toBe('pass');
  });

  it('is borne out by the order where scores are no metric, such as those of fused ranks', async () => {
    const { fit, verdict } = await fitted(losing((_, rank) => 1 / (60 + rank)));
    expect(fit.declaredShare).toBeLessThan(0.5);
    expect(fit.disorder).toBe(0);
    expect(describesIncumbent(fit)).toBe(true);
    expect(verdict.state).toBe('pass');
  });

  it('is refuted where a third of the rows is off and the others are exact', async () => {
    const { fit, verdict } = await fitted((hits, { arm, queryIndex }) =>
      queryIndex < 0 || arm.startsWith('B')
        ? hits
        : hits
            .map(({ id, similarity }) => ({
              id,
              similarity: Number(id.slice(2)) % 3 === 0 ? similarity * 1.4 : similarity,
            }))
            .sort((a, b) => b.similarity - a.similarity)
            .slice(0, 8),
    );
    expect(fit.declaredShare).toBeGreaterThan(0.5);
    expect(fit.declaredShare).toBeLessThan(0.8);
    expect(describesIncumbent(fit)).toBe(false);
    expect(verdict.state).toBe('inconclusive');
  });

  it.each([
    [0.001, 0.01, true],
    [0.3, 0.01, false],
    [0.3, 0.001, true],
  ] as const)(
    'of scores that are off by %f with a disorder of %f is borne out: %s',
    (misfit, disorder, answer) => {
      const fit = { rows: 400, declared: 'cosine', declaredShare: 0, form: 'cosine' } as const;
      const known = { ...fit, metric: 'cosine', share: 0, recall: 0.93 } as const;
      expect(describesIncumbent({ ...known, disorder, misfit })).toBe(answer);
    },
  );

  it('is refuted where documents were embedded with a prefix that the embed route leaves out', async () => {
    const { fit, verdict } = await fitted((hits, { arm, queryIndex }) =>
      queryIndex < 0 || arm.startsWith('B')
        ? hits
        : hits
            .map(({ id, similarity }) => ({
              id,
              similarity: 0.7 * similarity + 0.05 * ((Number(id.slice(2)) * 7) % 10) * 0.1,
            }))
            .sort((a, b) => b.similarity - a.similarity)
            .filter((_, rank) => rank % 4 !== 3),
    );
    expect(fit.declaredShare).toBeLessThan(0.5);
    expect(fit.misfit).toBeGreaterThan(0.02);
    expect(describesIncumbent(fit)).toBe(false);
    expect(verdict.state).toBe('inconclusive');
  });

  it('is refuted where the order contradicts the exact scores', async () => {
    const { fit } = await fitted((hits, { arm, queryIndex }) =>
      queryIndex < 0 || arm.startsWith('B')
        ? hits
        : hits.map(
            (_, rank) =>
              ({
                ...hits[(rank * 7) % hits.length],
                similarity: 1 - rank / 100,
              }) as (typeof hits)[number],
          ),
    );
    expect(fit.disorder).toBeGreaterThan(0.2);
    expect(describesIncumbent(fit)).toBe(false);
  });
});

describe('what is judged of a list', () => {
  const grades = new Map([
    ['a', 2],
    ['b', 0],
    ['c', 1],
    ['d', 0],
  ]);

  it('is a share of its rows, and undefined without a list or a judgment', () => {
    expect(judgedShare(['a', 'x', 'b', 'y'], grades, 4)).toBe(0.5);
    expect(judgedShare(['a', 'x', 'b', 'y'], grades, 1)).toBe(1);
    expect(judgedShare([], grades, 4)).toBeNull();
    expect(judgedShare(['a'], new Map(), 4)).toBeNull();
  });

  it('bpref counts judged irrelevant rows above each relevant one, and passes over the others', () => {
    expect(bpref(['a', 'c'], grades, 10)).toBe(1);
    expect(bpref(['x', 'a', 'y', 'c'], grades, 10)).toBe(1);
    expect(bpref(['b', 'a', 'd', 'c'], grades, 10)).toBe((0.5 + 0) / 2);
    expect(bpref(['a', 'b'], grades, 10)).toBe(0.5);
    expect(bpref(['b', 'd'], grades, 10)).toBe(0);
    expect(bpref(['a'], new Map([['a', 0]]), 10)).toBeNull();
  });
});
