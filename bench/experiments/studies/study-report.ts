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
} from '../../../src/report/blocks.ts';
import type { ReportDocument, Row } from '../../../src/report/model.ts';
import {
  bounds,
  code,
  count,
  difference,
  MISSING,
  metric,
  prose,
  text,
} from '../../../src/report/spans.ts';
import { meanBounds } from '../../../src/stats/intervals/bounded-mean-bound.ts';
import { mean } from '../../../src/stats/moments.ts';
import type { Study, StudyCell, StudyGroup } from './study.ts';

/** Two-sided 95%: each bound at 2.5%. */
const ALPHA = 0.025;

/** A study as a page; the same record gives the same page. */
export function studyReport(study: Study, data: string): ReportDocument {
  return reportOf(
    [
      section('question', null, [
        paragraph(text(study.question, 2000)),
        list(study.method.map((line) => text(line, 1000))),
      ]),
      ...study.groups.map((group, at) =>
        section(`group-${at}`, text(group.name), [
          table(
            [
              key(left('setting')),
              left('measure'),
              right('mean'),
              right('95% interval'),
              right('n'),
              right(`against ${group.against}`, 'difference'),
              right('95% interval', 'difference-interval'),
            ],
            group.cells.map((cell) => rowOf(group, cell)),
          ),
        ]),
      ),
      section('limits', 'What this does not show', [
        list(study.doesNotShow.map((line) => text(line, 1000))),
      ]),
      section('made', 'How it was made', [
        paragraph(
          prose`${code(study.command)}, ${study.date}, on ${text(study.machine)}. Intervals are those of Gaffke’s bound, each at 2.5%. The page is made from its data; ${code('python3 bench/experiments/studies/recompute.py')} computes its means again.`,
        ),
      ]),
    ],
    { title: study.title, generated: { from: data, by: 'bench documents --write' } },
  );
}

function rowOf(group: StudyGroup, cell: StudyCell): Row {
  const values = cell.values.filter((value) => value !== null);
  const interval =
    values.length === 0 ? null : meanBounds(values, { alpha: ALPHA, floor: 0, ceil: 1 });
  const against = group.cells.find(
    ({ setting, measure }) => setting === group.against && measure === cell.measure,
  );
  const pairs =
    against === undefined || against === cell
      ? []
      : cell.values.flatMap((value, at) => {
          const other = against.values[at] ?? null;
          return value === null || other === null ? [] : [value - other];
        });
  const apart = pairs.length === 0 ? null : meanBounds(pairs, { alpha: ALPHA });
  return row(
    [cell.setting, cell.measure],
    [
      text(cell.setting),
      cell.measure,
      metric(mean(values)),
      interval === null ? MISSING : bounds(interval.lower, interval.upper),
      count(values.length),
      difference(mean(pairs)),
      apart === null ? MISSING : bounds(apart.lower, apart.upper, difference(null)),
    ],
  );
}
