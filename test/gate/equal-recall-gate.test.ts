import { describe, expect, it } from 'vitest';
import type { GatesConfig } from '../../src/config/schema.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import type { EqualRecallFinding, Findings } from '../../src/parity/findings.ts';
import type { Observation } from '../../src/record/types.ts';
import type { ReportContext } from '../../src/report/context.ts';
import type { PageData } from '../../src/report/page/page-data.ts';
import { verdictPart } from '../../src/report/page/verdict-part.ts';
import { ledgerInputs } from '../../src/retrieve/evidence/ledger-inputs.ts';
import type { StoredRun } from '../../src/retrieve/record/stored-run.ts';
import { manifestInput } from '../record/fixtures.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const QUERIES = 480;
/** Projected needs are no matter here. */
const judged = (findings: Findings, gates: GatesConfig) =>
  evaluateGates(findings, gates, { isProjected: false });
/** A margin that so few needs can show. */
const ERRORS = { errors: { margin: 0.05 } };
const FIGURE = { mean: 0, lower: -0.01, upper: 0.01, n: 250, undefinedCount: 0 };
const SIDE = { effort: 10, effortName: 'ef', isEnough: true, recall: { ...FIGURE, mean: 1 } };
const EQUAL: EqualRecallFinding = {
  target: 0.9,
  ofIncumbent: false,
  cell: 'search',
  k: 10,
  incumbent: SIDE,
  candidate: SIDE,
  difference: FIGURE,
  tolerance: 0.02,
  state: 'equal',
};

/** A run at equal recall of search in which the candidate spoils its answers of one operation. */
async function foundWith(
  cell: Observation['cell'],
  spoil: (row: Observation) => Partial<Observation>,
  { equalRecall = EQUAL, latencyPairs = 0 } = {},
): Promise<Findings> {
  const run = syntheticRun({ queries: QUERIES, latencyPairs });
  const observations = run.observations.map((row) =>
    row.phase === 'quality' && row.cell === cell && row.arm.startsWith('B')
      ? { ...row, ...spoil(row) }
      : row,
  );
  const { findings } = await deriveAgain({ ...run, observations });
  return { ...findings, equalRecall };
}

const same = () => ({});
/** Two of ten rows are right. */
const mostlyWrong = ({ ids }: Observation) => ({
  ids: ids.map((id, at) => (at < 2 ? id : `x-${id}`)),
});
/** The same rows in the reverse order, with scores that hide it. */
const reversed = ({ ids }: Observation) => ({ ids: ids.toReversed() });
/** Three of ten rows are wrong in some answers of one slice. */
const third = ({ ids, queryId }: Observation) => {
  const at = Number(queryId.slice(2));
  return at % 3 === 0 && at % 16 === 0 ? { ids: ids.map((id, i) => (i < 7 ? id : `x-${id}`)) } : {};
};

/** Surely slower than any margin. */
const slower = (found: Findings['latency'][number]) => ({
  ...found,
  ratio: 3,
  ratioLower: 2.9,
  ratioUpper: 3.1,
});

const gateOf = (findings: Findings, name: string, cell: string, gates = {}) =>
  judged(findings, gates).gates.find((gate) => gate.name === name && gate.cell === cell);

describe('a comparison at equal recall', () => {
  it('passes where both sides answer alike, and says that quality in use was not verified', async () => {
    const verdict = judged(await foundWith('retrieve', same), ERRORS);
    expect(verdict.state, verdictSentence(verdict)).toBe('pass');
    expect(verdict.notVerified.map(gapLine).join()).toContain('quality at the efforts in use');
    expect(
      verdict.gates.flatMap(({ name, cell, state }) =>
        name === 'equal recall' ? [`${cell} ${state}`] : [],
      ),
    ).toEqual(['search pass', 'retrieve pass']);
  });

  it('passes nothing where recall of the other operation is not equal', async () => {
    const findings = await foundWith('retrieve', mostlyWrong, { latencyPairs: 12 });
    const { state } = judged(findings, ERRORS);
    expect(state).not.toBe('pass');
    const gate = gateOf(findings, 'equal recall', 'retrieve');
    expect(gate).toMatchObject({ gated: true, state: 'inconclusive', n: QUERIES / 2 });
    expect(gate?.reason).toContain('not shown to be equal within 0.02, and 0.8000 apart');
    const p50 = gateOf(findings, 'p50', 'retrieve');
    expect(p50).toMatchObject({ gated: true, state: 'inconclusive' });
    expect(p50?.blocking).toBeUndefined();
    expect(p50?.reason).toContain('not compared at equal recall');
  });

  it('passes nothing where a metric that was not set is surely worse', async () => {
    const findings = await foundWith('search', reversed);
    const { state, gates } = judged(findings, { ...ERRORS, recall: { margin: 0.005 } });
    expect(state).toBe('fail');
    expect(
      gates.flatMap(({ name, cell, gated }) =>
        cell === 'search' && name.startsWith('recall@') ? [`${name} ${gated}`] : [],
      ),
    ).toEqual(['recall@1 true', 'recall@5 true', 'recall@10 false']);
    const unequal = await foundWith('search', reversed, {
      equalRecall: { ...EQUAL, state: 'not shown' },
    });
    expect(gateOf(unequal, 'recall@1', 'search', { recall: { margin: 0.005 } })).toMatchObject({
      gated: true,
      state: 'inconclusive',
    });
  });

  it('keeps the margin that somebody set for a slice', async () => {
    const findings = await foundWith('search', third);
    const verdict = judged(findings, {
      ...ERRORS,
      slices: { third: { recall: { margin: 0.015 } } },
    });
    const slice = verdict.gates.find(({ name, cell, slice }) => {
      return name === 'recall@10' && cell === 'search' && slice === 'third';
    });
    expect(slice).toMatchObject({ gated: true });
    expect(slice?.state).not.toBe('pass');
    expect(verdict.state).not.toBe('pass');
  });

  it('clears nothing in the ledger, and loses parity by what no effort touches', async () => {
    const findings = await foundWith('retrieve', same, { latencyPairs: 12 });
    const { corpus, ...input } = manifestInput();
    if (corpus === null) throw new Error('the manifest of this test has a corpus');
    const manifest = { ...input, corpus, schema: 1, id: 'run', createdAt: '2026-11-23', files: {} };
    const claimed = (made: Findings, margins = ERRORS) => {
      const verdict = encodeVerdict(judged(made, margins));
      return ledgerInputs({ manifest, findings: made, verdict } as unknown as StoredRun).map(
        ({ endpoint, verdict: said }) => `${endpoint} ${said}`,
      );
    };
    const { equalRecall: _, ...plain } = findings;
    const WIDE = { ...ERRORS, recall: { margin: 0.05 }, ndcg: { margin: 0.05 } };
    expect(claimed(plain, WIDE)).toEqual(['search pass', 'retrieve pass']);
    expect(claimed(findings, WIDE)).toEqual(['search inconclusive', 'retrieve inconclusive']);
    const lost = await foundWith('retrieve', ({ ids }) => ({ ids: ids.map(() => ids[0] ?? '') }));
    expect(claimed(lost, WIDE)).toEqual(['search inconclusive', 'retrieve fail']);
    const asked = (config: unknown) => {
      const run = {
        manifest: { ...manifest, config },
        findings,
        verdict: encodeVerdict(judged(findings, WIDE)),
      };
      return ledgerInputs(run as unknown as StoredRun)[0]?.evidence.asked;
    };
    expect(asked({ embed: null, model: null })).toBeUndefined();
    expect(asked({ embed: 'onnx', model: null })).toEqual({ sharedEmbedder: true, model: null });
    expect(asked({ embed: null, model: 'm' })).toEqual({ sharedEmbedder: false, model: 'm' });
    const slow = { ...findings, latency: findings.latency.map(slower) };
    expect(claimed(slow, WIDE)).toEqual(['search inconclusive', 'retrieve inconclusive']);
  });

  it('does not end with the advice to move traffic', async () => {
    const findings = await foundWith('retrieve', same);
    const side = { url: 'http://127.0.0.1:1', about: '' };
    const context = { runId: 'run', incumbent: side, candidate: side } as unknown as ReportContext;
    const data = { cells: [] } as unknown as PageData;
    const shown = (made: Findings) =>
      verdictPart(made, { ...judged(made, ERRORS), state: 'pass' }, context, data).markup;
    expect(shown(findings)).toContain('without <code>--equal-recall</code>');
    expect(shown(findings)).not.toContain('move traffic in steps');
    const { equalRecall: _, ...plain } = findings;
    expect(shown(plain)).toContain('move traffic in steps');
  });
});
