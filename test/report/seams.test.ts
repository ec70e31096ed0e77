import { expect, it } from 'vitest';
import {
  type Content,
  type ReportDocument,
  renderMarkdown,
  renderTerminal,
  type Section,
} from '../../src/index.ts';
import { reportOfRun, storedRun } from './stored-report.ts';

/** A toy renderer: every gate on a line of comma-separated values. */
function renderGates({ sections }: ReportDocument): string {
  const spans = (content: Content | undefined) => [content ?? ''].flat();
  return sections
    .flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'table' ? block.rows : [])))
    .filter(({ kind }) => kind === 'gate')
    .map(({ id, cells, evidence }) => {
      const states = cells.flatMap((cell) =>
        spans(cell).flatMap((span) =>
          typeof span === 'object' && span.kind === 'state' ? [span.state] : [],
        ),
      );
      const places = evidence.flatMap((one) => (one.kind === 'section' ? [`#${one.id}`] : []));
      return [id, ...states, ...places].join(',');
    })
    .join('\n');
}

/** A toy section: plain data. */
function cityTemperatures(degrees: ReadonlyMap<string, number>): Section {
  return {
    id: 'temperatures',
    heading: 'Temperatures',
    blocks: [
      {
        kind: 'table',
        columns: [
          { id: 'city', heading: 'city', align: 'left', key: true, beside: false },
          { id: 'degrees', heading: '°C', align: 'right', key: false, beside: false },
        ],
        rows: Array.from(degrees, ([city, value]) => ({
          id: city,
          kind: 'figure' as const,
          cells: [
            { kind: 'text' as const, text: city, limit: 40 },
            {
              kind: 'number' as const,
              value,
              unit: 'setting' as const,
              precision: { digits: 1 },
              signed: true,
            },
          ],
          evidence: [],
        })),
      },
    ],
  };
}

it('a renderer and a section of somebody else need nothing but the model', async () => {
  const report = reportOfRun(await storedRun());
  expect(renderGates(report).split('\n')).toContainEqual(
    expect.stringMatching(/^.*,fail,#census$/),
  );
  const own = cityTemperatures(
    new Map([
      ['Oslo', -3.25],
      ['*Rome*', 18],
    ]),
  );
  const longer = { ...report, sections: [...report.sections, own] };
  expect(renderMarkdown(longer)).toContain('| Oslo     |  −3.3 |\n| \\*Rome\\* | +18.0 |');
  expect(renderTerminal(longer)).toContain('Oslo     −3.3\n*Rome*  +18.0\n');
});
