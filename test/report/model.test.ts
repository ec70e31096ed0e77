import { beforeAll, describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/parity/compare-runs.ts';
import { compareReport } from '../../src/report/compare-report.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import type { JudgedRun } from '../../src/retrieve/judge-run.ts';
import { cellAt, problemsOf, reportOfRun, storedRun, tablesOf } from './stored-report.ts';

let run: JudgedRun;
let report: ReportDocument;

beforeAll(async () => {
  run = await storedRun();
  report = reportOfRun(run);
});

describe('the report of a stored run', () => {
  it('has ids for its sections, rows and columns, and evidence that is there', () => {
    expect(problemsOf(report)).toEqual([]);
    expect(tablesOf(report).length).toBeGreaterThan(15);
  });

  it('has the verdict as data beside the words', () => {
    expect(report.verdict).toMatchObject({ state: 'fail', tone: 'bad' });
  });

  it('has typed cells: numbers with unit and precision, intervals, states, names', () => {
    const cell = run.findings.cells.find((one) => one.cell === 'search');
    const quality = cell?.quality.find(({ delta }) => (delta.mean ?? 0) < 0);
    const rows = tablesOf(report).find(({ section }) => section === 'quality-search')?.table.rows;
    const name = rows?.find(
      ({ cells }) =>
        typeof cells[6] === 'object' && 'value' in cells[6] && (cells[6].value ?? 0) < 0,
    )?.id;
    expect(name).toBeDefined();
    const at = (column: string) => cellAt(report, 'quality-search', name ?? '', column);
    expect(at('difference')).toEqual({
      kind: 'number',
      value: quality?.delta.mean,
      unit: 'difference',
      precision: { digits: 4 },
      signed: true,
    });
    expect(at('difference-bounds')).toMatchObject({
      kind: 'interval',
      of: 'estimate',
      lower: quality?.delta.lower,
      upper: quality?.delta.upper,
    });
    expect(at('needs')).toMatchObject({ kind: 'number', unit: 'count', value: quality?.delta.n });
    const census = tablesOf(report).find(({ section }) => section === 'census')?.table;
    const lost = run.findings.census.find(({ side }) => side === 'candidate')?.missing ?? [];
    expect(lost.length).toBeGreaterThan(0);
    expect(JSON.stringify(census?.rows[1]?.cells)).toContain(
      JSON.stringify({ kind: 'id', of: 'document', id: lost[0], code: false }),
    );
  });

  it('says of a gate what it is, how it went and where its evidence is', () => {
    const gates = tablesOf(report).find(({ section }) => section === 'gates')?.table.rows ?? [];
    expect(gates).toHaveLength(run.verdict.gates.length);
    for (const [at, { kind, cells, evidence }] of gates.entries()) {
      const gate = run.verdict.gates[at];
      expect(kind).toBe('gate');
      expect(evidence).toHaveLength(1);
      expect(cells[2]).toContainEqual({
        kind: 'state',
        state: gate?.state,
        tone: { pass: 'good', fail: 'bad', inconclusive: 'unsure' }[gate?.state ?? 'pass'],
      });
    }
  });

  it('has no cell that is a number written out', () => {
    const written = tablesOf(report).flatMap(({ section, table: { rows } }) =>
      rows.flatMap(({ cells }) =>
        cells
          .flat()
          .filter((span) => typeof span === 'string' && /^[−+]?[\d,.]+%?$/.test(span))
          .map((span) => `${section}: ${String(span)}`),
      ),
    );
    expect(written).toEqual([]);
  });

  it('is the same for the same findings', () => {
    expect(reportOfRun(run)).toEqual(report);
  });
});

it('two runs compared keep the rules of the model too', () => {
  const one = { runId: 'r', createdAt: null, incumbent: null, candidate: null, latency: [] };
  const comparison = compareRuns(run.input, run.input);
  const compared = compareReport(comparison, {
    first: one,
    second: { ...one, latency: run.findings.latency },
    sameCorpus: true,
    listed: [],
    top: 5,
    gates: [],
  });
  expect(problemsOf(compared)).toEqual([]);
});
