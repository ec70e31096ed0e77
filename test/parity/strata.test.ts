import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/report/blocks.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { strataSections } from '../../src/report/sections/slices.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const SIZE = { queries: 400, documents: 60, latencyPairs: 0 };

async function found(tamper: Tamper = (hits) => hits) {
  const { findings } = await deriveAgain(syntheticRun({ ...SIZE, tamper }));
  const cell = findings.cells[0];
  if (cell === undefined) throw new Error('no cell');
  return cell;
}

/** The candidate loses the last rows of queries whose nearest document is far. */
const losesFar: Tamper = (hits, { arm, queryIndex }) =>
  queryIndex >= 0 && arm.startsWith('B') && (hits[0]?.similarity ?? 1) < 0.5
    ? hits.slice(0, 6)
    : hits;

describe('strata by hardness', () => {
  it('are four quarters of each measure, which hold all needs between them', async () => {
    const { strata = [], needs } = await found();
    const measures = Map.groupBy(strata, ({ hardness }) => hardness);
    expect([...measures.keys()].sort()).toEqual([
      'intrinsic dimension',
      'k-occurrence',
      'query distance',
      'relative contrast',
    ]);
    for (const quarters of measures.values()) {
      expect(quarters.map(({ quarter }) => quarter)).toEqual([1, 2, 3, 4]);
      expect(quarters.reduce((sum, quarter) => sum + quarter.needs, 0)).toBeGreaterThanOrEqual(
        needs,
      );
      for (const [at, { from, to, incumbent, candidate }] of quarters.entries()) {
        expect(from).toBeLessThanOrEqual(to);
        if (at > 0) expect(from).toBeGreaterThanOrEqual(quarters[at - 1]?.to ?? 0);
        expect([incumbent, candidate]).toEqual([1, 1]);
      }
    }
    expect(strata.every(({ pAdjusted }) => (pAdjusted ?? 0) > 0.1)).toBe(true);
  });

  it('name the quarter in which a loss lies, and not the others', async () => {
    const cell = await found(losesFar);
    const byDistance = (cell.strata ?? []).filter(({ hardness }) => hardness === 'query distance');
    const [near, , , far] = byDistance;
    expect(far?.delta.mean).toBeLessThan(-0.2);
    expect(far?.pAdjusted).toBeLessThan(0.1);
    expect(near?.delta.mean).toBe(0);
    expect(near?.pAdjusted).toBeGreaterThan(0.1);
    const text = renderMarkdown(reportOf(strataSections(cell)));
    expect(text).toContain('Worst of those at most .1: quarter 4 by query distance');
  });

  it('are not made of few queries', async () => {
    const { findings } = await deriveAgain(syntheticRun({ queries: 30, latencyPairs: 0 }));
    expect(findings.cells[0]?.strata).toEqual([]);
    const [cell] = findings.cells;
    expect(cell === undefined ? null : strataSections(cell)).toEqual([]);
  });
});

describe('the approximation error', () => {
  it('is zero for exact lists, and that of the row that stands in for a lost one', async () => {
    const sound = await found();
    expect(sound.approximation?.candidate).toMatchObject({ mean: 0, max: 0 });
    expect(sound.approximation?.incumbent.answers).toBeGreaterThan(100);
    const short = await found(losesFar);
    expect(short.approximation?.candidate.answers).toBeLessThan(
      short.approximation?.incumbent.answers ?? 0,
    );
  });
});
