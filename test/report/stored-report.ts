import { join } from 'node:path';
import type { ReportDocument, Row, Table } from '../../src/report/model.ts';
import { retrieveReport } from '../../src/report/retrieve-report.ts';
import { type JudgedRun, judgeRun } from '../../src/retrieve/judge-run.ts';

/** A stored run of a candidate that lacks documents, judged. */
export function storedRun(): Promise<JudgedRun> {
  return judgeRun(join(import.meta.dirname, '../golden/runs/drop'));
}

/** The report of a judged run. */
export function reportOfRun({ findings, verdict }: JudgedRun): ReportDocument {
  return retrieveReport(findings, verdict, {
    runId: 'run-1',
    createdAt: '2026-01-01T00:00:00.000Z',
    toolVersion: '0.0.0',
    corpusHash: 'abc',
    incumbent: { url: 'http://127.0.0.1:1', about: 'old' },
    candidate: { url: 'http://127.0.0.1:2', about: 'new' },
    machine: 'a machine',
    node: '24.0.0',
    swapped: false,
  });
}

/** The tables of a document by the id of their section. */
export function tablesOf({ sections }: ReportDocument): { section: string; table: Table }[] {
  return sections.flatMap(({ id, blocks }) =>
    blocks.flatMap((block) => (block.kind === 'table' ? [{ section: id, table: block }] : [])),
  );
}

/** One cell by the ids of its section, row and column. */
export function cellAt(report: ReportDocument, section: string, row: string, column: string) {
  const found = tablesOf(report).find((entry) => entry.section === section);
  const at = found?.table.columns.findIndex(({ id }) => id === column) ?? -1;
  const line: Row | undefined = found?.table.rows.find(({ id }) => id === row);
  return line?.cells[at];
}

/** What breaks the rules of a model, a line each. */
export function problemsOf(report: ReportDocument): string[] {
  const ids = report.sections.map(({ id }) => id);
  const twice = (names: readonly string[]) =>
    names.filter((name, at) => names.indexOf(name) !== at);
  return [
    ...twice(ids).map((id) => `two sections ${id}`),
    ...tablesOf(report).flatMap(({ section, table: { columns, rows } }) => [
      ...twice(columns.map(({ id }) => id)).map((id) => `${section}: two columns ${id}`),
      ...twice(rows.map(({ id }) => id)).map((id) => `${section}: two rows ${id}`),
      ...(columns.some(({ key }) => key) ? [] : [`${section}: no column names its rows`]),
      ...columns.filter(({ id }) => id === '').map(() => `${section}: a column without an id`),
      ...rows.flatMap((row) => [
        ...(row.cells.length === columns.length
          ? []
          : [`${section} ${row.id}: ${row.cells.length} cells`]),
        ...row.evidence.flatMap((one) =>
          one.kind === 'section' && !ids.includes(one.id)
            ? [`${section} ${row.id}: no section ${one.id}`]
            : [],
        ),
      ]),
    ]),
  ];
}
