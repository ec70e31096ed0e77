import {
  CUTOVER_DEFAULTS,
  cutover,
  drift,
  LOAD_DEFAULTS,
  load,
  probe,
  type ReportDocument,
  renderHtml,
  renderMarkdown,
  renderTerminal,
  reportRun,
  rescore,
  retrieve,
} from 'retrieval-parity';
import { describe, expect, it } from 'vitest';
import { toyFrontend } from './toy-backends.ts';
import { toyDialect } from './toy-dialect.ts';
import { toyPair } from './toy-pair.ts';

const STATES = ['pass', 'fail', 'inconclusive', 'informational'];

interface Judged {
  readonly runFolder: string | null;
  readonly verdict: { readonly state: string; readonly exitCode: number } | null;
  readonly report: ReportDocument | null;
}

/** What holds of the result of every job. */
async function expectWhole(kind: string, { runFolder, verdict, report }: Judged): Promise<void> {
  if (runFolder === null || verdict === null || report === null) throw new Error('interrupted');
  expect(STATES).toContain(verdict.state);
  const again = await rescore(runFolder);
  expect([again.kind, again.differing, again.exitCode]).toEqual([kind, [], 0]);
  expect(renderMarkdown(again.report)).toBe(renderMarkdown(report));
  const stored = await reportRun(runFolder);
  expect(stored.verdict?.state).toBe(verdict.state);
  expect(renderTerminal(stored.report).length).toBeGreaterThan(20);
  expect(renderHtml(stored.report)).toContain('<title>');
  for (const gate of stored.verdict?.gates ?? []) {
    expect(gate).toMatchObject({
      name: expect.any(String),
      kind: { type: expect.any(String) },
      n: expect.any(Number),
      unit: expect.any(String),
      state: expect.stringMatching(/^(pass|fail|inconclusive)$/),
      gated: expect.any(Boolean),
      reason: expect.any(String),
    });
    for (const figure of [gate.margin, gate.mean, gate.lower, gate.upper]) {
      expect(figure === null || typeof figure === 'number').toBe(true);
    }
  }
}

describe('a user of the package', () => {
  it('compares retrieval of two backends of their own', async () => {
    const { config } = await toyPair();
    const result = await retrieve(config);
    await expectWhole('retrieve', result);
    expect(result.verdict?.state).toBe('pass');
  });

  it('puts them under load', async () => {
    const { config } = await toyPair();
    const result = await load(config, {
      plan: {
        ...LOAD_DEFAULTS,
        rates: [200],
        pairCount: 1,
        requestsPerBlock: 20,
        discardPerBlock: 2,
        warmUpMs: 50,
        pace: 'eco',
      },
    });
    if (result.verdict === null) throw new Error('interrupted');
    await expectWhole('load', result);
    expect(result.verdict.state).toBe('informational');
    expect(result.findings.rungs[0]?.sides.map(({ recall }) => recall)).toEqual([1, 1]);
  });

  it('probes single endpoints', async () => {
    const { config } = await toyPair();
    const { results, exitCode } = await probe(config, { probes: [{ probe: 'search' }] });
    for (const result of results) await expectWhole('probe', result);
    expect([results.length, exitCode]).toEqual([1, results[0]?.verdict.exitCode]);
  });

  it('finds how the responses differ: here not at all', async () => {
    const { config } = await toyPair();
    const result = await drift(config, { count: 5 });
    await expectWhole('drift', result);
    expect(result.verdict?.reasons).toEqual([{ type: 'nothing known', rows: 0 }]);
  });

  it('looks at a frontend of their own', async () => {
    const { config, incumbentUrl, candidateUrl } = await toyPair();
    const frontendUrl = await toyFrontend(incumbentUrl, candidateUrl);
    const result = await cutover(
      {
        ...CUTOVER_DEFAULTS,
        index: 'jobs',
        runs: config.runs,
        blockPairs: 1,
        requestsPerBlock: 5,
      },
      {
        dialects: { incumbent: toyDialect(), candidate: toyDialect() },
        openFrontend: async () => ({
          subject: {
            frontend: 'running',
            frontendUrl,
            incumbentUrl,
            candidateUrl,
            setting: 'TOY_URL',
            setOpen: null,
            setCandidate: null,
            route: null,
          },
          stop: async () => {},
        }),
      },
    );
    await expectWhole('cutover', result);
    expect(result.verdict?.gates.some(({ kind }) => kind.property === 'unchanged')).toBe(true);
  });
});
