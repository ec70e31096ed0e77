import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulationSchema } from '../../bench/experiments/simulation/simulate.ts';
import { simulationReport } from '../../bench/experiments/simulation/simulation-report.ts';
import { drillDocument } from '../../src/demo/drill/results/drill-report.ts';
import { readDrill } from '../../src/demo/drill/results/rows.ts';
import type { StoredDrift } from '../../src/drift/record/catalogue.ts';
import { driftDocument } from '../../src/drift/report/drift-report.ts';
import { ledgerReport } from '../../src/logs/ledger/ledger-report.ts';
import { readLedger } from '../../src/logs/ledger/row.ts';
import { parseAppendLog } from '../../src/record/append-log.ts';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { renderTerminal } from '../../src/report/render/terminal.ts';
import { problemsOf, tablesOf } from './stored-report.ts';

function published(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, '../../results', name));
}

const REPORTS: Readonly<Record<string, () => Promise<ReportDocument>>> = {
  ledger: async () =>
    ledgerReport(readLedger(parseAppendLog(await published('ledger.jsonl'), 'ledger')).rows),
  drift: async () => {
    const lines = (await published('wire-drift.jsonl')).toString('utf8').trim().split('\n');
    return driftDocument(lines.map((line) => JSON.parse(line) as StoredDrift));
  },
  drill: async () => {
    const record = readDrill(parseAppendLog(await published('drill.jsonl'), 'drill'));
    if (record === null) throw new Error('no drill');
    return drillDocument(record);
  },
  simulation: async () =>
    simulationReport(
      simulationSchema.parse(JSON.parse((await published('simulation/gates.json')).toString())),
    ),
};

describe.each(Object.keys(REPORTS))('the published report %s', (name) => {
  const report = async (): Promise<ReportDocument> => {
    const make = REPORTS[name];
    if (make === undefined) throw new Error(name);
    return make();
  };

  it('keeps the rules of the model', async () => {
    const document = await report();
    expect(problemsOf(document)).toEqual([]);
    expect(tablesOf(document).flatMap(({ table: { rows } }) => rows).length).toBeGreaterThan(0);
  });

  it.each([80, 100, 160])('fits a terminal of %d columns', async (width) => {
    const lines = renderTerminal(await report(), { width }).split('\n');
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
  });
});
