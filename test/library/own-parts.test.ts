import {
  gateDecision,
  judgeRun,
  type OwnGates,
  type OwnMetric,
  ownGate,
  type ReportDocument,
  renderCsv,
  renderMarkdown,
  rescore,
  retrieve,
} from 'retrieval-parity';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AtEnd } from './toy-backends.ts';
import { toyPair } from './toy-pair.ts';

/** A metric of one's own: whether the first document is as near as any. */
const NEAREST_FIRST: OwnMetric = {
  name: 'nearest first',
  truth: 'exact',
  score: (list, _depth, { nearest }) =>
    nearest.length === 0 ? null : nearest.includes(list[0] ?? '') ? 1 : 0,
};

const MARGIN = 0.1;

/** A gate of one's own: holds that metric against a margin, in each operation. */
const nearestFirstGates: OwnGates = ({ cells }) =>
  cells.flatMap(({ cell, quality }) => {
    const found = quality.find(({ metric }) => metric.family === 'own nearest first');
    if (found === undefined) return [];
    const { n, mean, lower, upper } = found.delta;
    const { state } = gateDecision(lower, upper, MARGIN);
    const reason = `between ${lower} and ${upper}`;
    const figures = { n, margin: MARGIN, mean, lower, upper };
    return [ownGate({ name: 'nearest first', cell, unit: 'needs', ...figures, state, reason })];
  });

/** A format of one's own: headings and sizes. */
function renderOutline({ verdict, sections }: ReportDocument): string {
  const lines = sections.map(({ id, blocks }) => `${id}: ${blocks.length}`);
  return [`verdict: ${verdict?.state ?? 'none'}`, ...lines].join('\n');
}

describe('parts of a user’s own', () => {
  let folder = '';
  beforeAll(async () => {
    const ends: Parameters<AtEnd>[0][] = [];
    const result = await retrieve((await toyPair((end) => ends.push(end))).config);
    folder = result.runFolder ?? '';
    return async () => {
      for (const end of ends) await end();
    };
  });

  it('a metric is measured, and a gate on it decides with the others', async () => {
    const plain = await judgeRun(folder);
    const own = { metrics: [NEAREST_FIRST], gates: [nearestFirstGates] };
    const judged = await judgeRun(folder, { own });
    const measured = judged.findings.cells.map(
      ({ quality }) => quality.find(({ metric }) => metric.family === 'own nearest first')?.delta,
    );
    expect(measured.map((delta) => [delta?.n, delta?.mean])).toEqual([
      [56, 0],
      [56, 0],
    ]);
    const gates = judged.verdict.gates.filter(({ kind }) => kind.type === 'own');
    expect(gates.map(({ cell, state, gated }) => [cell, state, gated])).toEqual([
      ['search', 'pass', true],
      ['retrieve', 'pass', true],
    ]);
    expect(judged.verdict.gates).toHaveLength(plain.verdict.gates.length + 2);
    expect(judged.verdict.state).toBe('pass');
    // In tables and files under its own name.
    expect(renderMarkdown(judged.report)).toMatch(/^\| nearest first@5 +\|/m);
    const verdict = { ...judged.verdict, sentence: '' };
    expect(renderCsv([{ runId: 'r', createdAt: '', verdict }])).toContain(',nearest first,search,');
  });

  it('a gate fails the verdict as those of the package do', async () => {
    const never: OwnGates = () => [
      ownGate({
        name: 'never',
        unit: 'needs',
        n: 1,
        margin: null,
        mean: null,
        lower: null,
        upper: null,
        state: 'fail',
        reason: 'always fails',
      }),
    ];
    const { verdict } = await judgeRun(folder, { own: { gates: [never] } });
    expect(verdict).toMatchObject({
      state: 'fail',
      exitCode: 1,
      reasons: [{ type: 'gate', gate: { kind: { type: 'own', name: 'never' } } }],
    });
  });

  it('a run is stored without them: it is derived again by anybody', async () => {
    expect((await rescore(folder)).differing).toEqual([]);
  });

  it('a format is a function of a report', async () => {
    const { report } = await judgeRun(folder);
    expect(renderOutline(report)).toMatch(/^verdict: pass\n(.*\n)*gates: \d/);
  });
});
