import { describe, expect, it } from 'vitest';
import {
  alwaysAnswering,
  type GatesUnderTest,
  THE_GATES,
} from '../../bench/experiments/simulation/gates.ts';
import {
  contrasts,
  type Requirement,
  requirements,
} from '../../bench/experiments/simulation/requirements.ts';
import { type SimulatedRow, simulateRow } from '../../bench/experiments/simulation/simulate.ts';
import { simulationReport } from '../../bench/experiments/simulation/simulation-report.ts';
import { verdictRequirements } from '../../bench/experiments/simulation/verdict-requirements.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';

const SEED = 7;
/** Few of them: the long form, whose table is published, has thousands. */
const REPETITIONS = { quality: 120, latency: 60, verdict: 60 };

function simulate(gates: GatesUnderTest, rows = requirements()): SimulatedRow[] {
  return rows.map((row) => simulateRow(row, gates, REPETITIONS[row.kind], SEED));
}

function missed(rows: readonly SimulatedRow[]): string[] {
  return rows
    .filter(({ met }) => met === false)
    .map(({ group, name, size }) => `${group}, ${name}, ${size}`);
}

/** So few runs stray: a rate may lie three standard errors beyond its limit. */
function isFar({ limit, count, repetitions }: SimulatedRow): boolean {
  if (limit === null) return false;
  const slack = 3 * Math.sqrt((limit.rate * (1 - limit.rate)) / repetitions);
  const rate = count / repetitions;
  return limit.kind === 'at most' ? rate > limit.rate + slack : rate < limit.rate - slack;
}

describe('the short form of the simulation', () => {
  it('finds the gates within their limits', () => {
    const far = simulate(THE_GATES).filter(isFar);
    expect(far.map(({ group, name, size }) => `${group}, ${name}, ${size}`)).toEqual([]);
  });

  it('finds the whole verdict within its limits', () => {
    // Those over real indexes and over several looks are left to the long form: they take minutes.
    const short = verdictRequirements().filter(
      ({ size, group }) => size === '1000 needs' && !/HNSW/.test(group),
    );
    expect(short).toHaveLength(15);
    const far = short
      .map((row) => simulateRow(row, THE_GATES, REPETITIONS.verdict, SEED))
      .filter(isFar);
    expect(far.map(({ group, name }) => `${group}, ${name}`)).toEqual([]);
  });

  it('is failed by gates that always answer inconclusive: they lack power', () => {
    const rows = requirements().map((row): Requirement => ({ ...row, happens: knownAnswer(row) }));
    const names = missed(simulate(alwaysAnswering('inconclusive'), rows));
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => /^(Pass|Fail|Latency, power)/.test(name))).toBe(true);
  });

  it('is failed by gates that always pass: every law at the margin is passed', () => {
    const rows = requirements().map((row): Requirement => ({ ...row, happens: knownAnswer(row) }));
    const names = missed(simulate(alwaysAnswering('pass'), rows));
    expect(names.filter((name) => name.startsWith('False pass'))).toHaveLength(15);
    expect(names.filter((name) => name.startsWith('Sequential'))).toHaveLength(5);
  });

  it('gives the same counts for the same seed', () => {
    const row = requirements()[0];
    if (row === undefined) throw new Error('no rows');
    const once = simulateRow(row, THE_GATES, 50, 3);
    expect(simulateRow(row, THE_GATES, 50, 3)).toEqual(once);
  });

  it('shows that queries counted as needs pass more than half of the time', () => {
    const row = contrasts().find(({ group }) => group === 'Queries counted as needs');
    if (row === undefined) throw new Error('no contrast');
    // Without a lost need among 100 the gate passes: .995^100 = .606.
    expect(simulateRow(row, THE_GATES, 400, SEED).count / 400).toBeGreaterThan(0.5);
  });

  it('renders to the same bytes, and marks what is missed', () => {
    const rows = simulate(alwaysAnswering('pass'), requirements().slice(0, 2));
    const data = {
      schema: 'retrieval-parity/gate-simulation@1' as const,
      seed: SEED,
      gates: [{ name: 'some', rows }],
      contrasts: [],
    };
    const text = renderMarkdown(simulationReport(data));
    expect(renderMarkdown(simulationReport(data))).toBe(text);
    expect(text).toContain('0 of 2 requirements met, so these gates fail');
    expect(text).toContain('**missed**');
  });
});

/** Gates that do not look need nothing drawn for them. */
function knownAnswer(row: Requirement): Requirement['happens'] {
  return (_, gates) => {
    if (row.kind === 'quality') return gates.fixed([], 0.005) === row.event;
    const answer = gates.latency([], 'p50', 0.05);
    return row.event === 'slower' ? answer.slower : answer.state === row.event;
  };
}
