import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../../src/report/blocks.ts';
import type { Block, ReportDocument } from '../../../../src/report/model.ts';
import { renderMarkdown } from '../../../../src/report/render/markdown.ts';
import {
  bounds,
  code,
  count,
  difference,
  MISSING,
  metric,
  ms,
  numeral,
  prose,
  ratio,
  text,
} from '../../../../src/report/spans.ts';
import { endSections } from '../../end-sections.ts';
import { definedOf, type Study, type StudyCell, type StudyGroup } from '../record/study.ts';
import { claimLines } from './claims.ts';
import {
  differenceFigure,
  type Figure,
  meanFigure,
  quantileFigure,
  ratioFigure,
} from './figures.ts';

/** The picture beside a page. */
export const PICTURE = 'picture.svg';

/** A study as a Markdown page with its picture; the same record gives the same page. */
export function studyPage(study: Study, data: string): string {
  const before = reportOf(
    [
      section('question', null, [
        paragraph(text(study.question, 2000)),
        list(study.method.map((line) => text(line, 1000))),
      ]),
    ],
    { title: study.title, generated: { from: data, by: 'bench documents --write' } },
  );
  return `${renderMarkdown(before)}\n![${study.title}](${PICTURE})\n\n${renderMarkdown(figuresOf(study))}`;
}

function figuresOf(study: Study): ReportDocument {
  const claims = claimLines(study);
  return reportOf([
    section('shows', 'What this shows', [
      paragraph(
        'Each interval holds with 95% by itself, not all of them together. What is not told apart may still differ, by as much as its interval says.',
      ),
      list(claims),
    ]),
    ...study.groups.map((group, at) =>
      section(`group-${at}`, text(group.name), [
        ...sharesOf(group),
        ...timesOf(group),
        ...buildsOf(group, 's', 'seconds'),
        ...buildsOf(group, 'MiB', 'MiB'),
      ]),
    ),
    ...endSections(
      study.doesNotShow.map((line) => text(line, 1000)),
      {
        command: study.command,
        provenance: prose`${study.date}, on ${text(study.machine)}`,
        more: prose` Intervals of means are those of Gaffke’s bound, those of quantiles are drawn over blocks, and those of ratios are exact by signed ranks; each bound is at 2.5%. The page is made from its data, which ${code('python3 bench/experiments/studies/recompute.py')} reads and computes the same figures from.`,
      },
    ),
  ]);
}

function sharesOf(group: StudyGroup): Block[] {
  return tableOf(
    group,
    'share',
    [
      right('mean'),
      right('95% interval'),
      right('n'),
      right(`against ${group.against}`, 'difference'),
      right('95% interval', 'difference-interval'),
    ],
    (cell) => {
      const { value, lower, upper, n } = meanFigure(cell);
      const apart = differenceFigure(group, cell);
      return [
        metric(value),
        n === 0 ? MISSING : bounds(lower, upper),
        count(n),
        difference(apart?.value),
        apart === null || apart.n === 0
          ? MISSING
          : bounds(apart.lower, apart.upper, difference(null)),
      ];
    },
  );
}

function timesOf(group: StudyGroup): Block[] {
  const within = ({ lower, upper }: Figure) => bounds(lower, upper, ms(null, 3));
  return tableOf(
    group,
    'ms',
    [
      right('p50'),
      right('95% interval', 'p50-interval'),
      right('p95'),
      right('95% interval', 'p95-interval'),
      right('n'),
      right(`p50 over ${group.against}`, 'ratio'),
      right('95% interval', 'ratio-interval'),
      right('blocks'),
    ],
    (cell) => {
      const [p50, p95] = [quantileFigure(group, cell, 0.5), quantileFigure(group, cell, 0.95)];
      const over = ratioFigure(group, cell);
      return [
        ...[ms(p50.value, 3), within(p50), ms(p95.value, 3), within(p95), count(p50.n)],
        over === null ? MISSING : ratio(over.value),
        over === null ? MISSING : bounds(over.lower, over.upper, ratio(null)),
        over === null ? MISSING : count(over.n),
      ];
    },
  );
}

function buildsOf(group: StudyGroup, unit: 's' | 'MiB', heading: string): Block[] {
  return tableOf(group, unit, [right(heading), right('builds')], (cell) => {
    const values = definedOf(cell);
    const style = { unit: 'metric', precision: { digits: 1 }, signed: false } as const;
    return [numeral(values[0], style), count(values.length)];
  });
}

function tableOf(
  group: StudyGroup,
  unit: StudyCell['unit'],
  columns: Parameters<typeof table>[0],
  cellsOf: (cell: StudyCell) => Parameters<typeof row>[1],
): Block[] {
  const cells = group.cells.filter((cell) => cell.unit === unit);
  if (cells.length === 0) return [];
  return [
    table(
      [key(left('setting')), left('measure'), ...columns],
      cells.map((cell) =>
        row([cell.setting, cell.measure], [text(cell.setting), cell.measure, ...cellsOf(cell)]),
      ),
    ),
  ];
}
