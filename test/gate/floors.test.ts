import { describe, expect, it } from 'vitest';
import { configFrom } from '../../src/config/resolve.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import type { Verdict } from '../../src/gate/verdict.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const SIZE = { queries: 200, latencyPairs: 0 };
const WIDE = { recall: { margin: 0.2 }, errors: { margin: 0.2 } };

/** Both sides alike lose half of each answer in the slice `third`. */
const halfOfThird: Tamper = (hits, { queryIndex }) =>
  queryIndex >= 0 && queryIndex % 3 === 0 ? hits.slice(0, 5) : hits;
/** Both sides alike give one row twice in every other answer. */
const doubled: Tamper = (hits, { queryIndex }) => {
  const [first] = hits;
  return queryIndex >= 0 && queryIndex % 2 === 0 && first !== undefined
    ? [first, ...hits.slice(0, 9)]
    : hits;
};

async function judged(tamper: Tamper, gates: Parameters<typeof evaluateGates>[1]) {
  const { findings } = await deriveAgain(syntheticRun({ ...SIZE, tamper }));
  return evaluateGates(findings, gates);
}

const statesOf = ({ gates }: Verdict, name: string) =>
  gates.flatMap((gate) =>
    gate.name === name ? [`${gate.cell} ${gate.slice ?? 'all'} ${gate.state}`] : [],
  );

describe('what the candidate must reach by itself', () => {
  it('holds for a slice where both sides are equally poor', async () => {
    expect((await judged(halfOfThird, WIDE)).state).toBe('pass');
    const verdict = await judged(halfOfThird, {
      ...WIDE,
      slices: { third: { recall: { min: 0.9 } }, plain: { recall: { min: 0.6 } } },
    });
    expect(statesOf(verdict, 'least recall@10')).toEqual([
      'search plain pass',
      'search third fail',
      'retrieve plain pass',
      'retrieve third fail',
    ]);
    expect(verdict.state).toBe('fail');
  });

  it('is set for one operation apart, for recall and nDCG', async () => {
    const verdict = await judged(halfOfThird, {
      ...WIDE,
      recall: { margin: 0.2, min: 0.99 },
      cells: { search: { recall: { min: 0.5 }, slices: { third: { ndcg: { min: 0.99 } } } } },
    });
    expect(statesOf(verdict, 'least recall@10')).toEqual(['search all pass', 'retrieve all fail']);
    expect(statesOf(verdict, 'least ndcg@10')).toEqual(['search third fail']);
  });

  it('is a key of every place of the configuration', async () => {
    const { config } = await configFrom({
      gates: {
        contract: { max: 0.01 },
        slices: { typos: { recall: { min: 0.9 }, ndcg: { min: 0.5 } } },
        cells: { search: { recall: { min: 0.9 }, slices: { typos: { ndcg: { min: 0.5 } } } } },
      },
    });
    expect(config.gates.contract).toEqual({ max: 0.01 });
    expect(config.gates.slices).toEqual({ typos: { recall: { min: 0.9 }, ndcg: { min: 0.5 } } });
  });
});

describe('gates.contract.max', () => {
  it('fails what the incumbent breaks as often, unless it is declared', async () => {
    expect(statesOf(await judged(doubled, WIDE), 'contract')).toEqual([
      'search all pass',
      'retrieve all pass',
    ]);
    const verdict = await judged(doubled, { ...WIDE, contract: { max: 0.05 } });
    expect(statesOf(verdict, 'most contract violations')).toEqual([
      'search all fail',
      'retrieve all fail',
    ]);
    expect(verdict.reasons[0]).toMatchObject({
      gate: { reason: "duplicate-id in 50.00% of the candidate's answers, at most 5% is wanted" },
    });
    const declared = [{ kind: 'duplicate-id', reason: 'rows are chunks' }];
    const excused = await judged(doubled, { ...WIDE, contract: { max: 0.05, declared } });
    expect(excused.state).toBe('pass');
  });

  it('passes clean answers from as many needs on as show so little, and is open below', async () => {
    const clean: Tamper = (hits) => hits;
    const states = async (max: number) =>
      statesOf(await judged(clean, { ...WIDE, contract: { max } }), 'most contract violations');
    // 100 needs without a violation bound its share by 1 − .05^(1/100) = .0295.
    expect(await states(0.03)).toEqual(['search all pass', 'retrieve all pass']);
    expect(await states(0.02)).toEqual(['search all inconclusive', 'retrieve all inconclusive']);
  });
});
