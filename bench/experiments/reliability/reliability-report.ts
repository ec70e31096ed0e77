import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../src/report/blocks.ts';
import type { ReportDocument } from '../../../src/report/model.ts';
import { renderMarkdown } from '../../../src/report/render/markdown.ts';
import { count, sentence, strong, text } from '../../../src/report/spans.ts';
import type { Reliability } from './record.ts';

const BEGIN =
  '<!-- The table below is generated from results/reliability/reliability.json by bench documents --write. -->';
const END = '<!-- End of the generated table. -->';

/** The table of the experiments, and below it each try that failed. */
export function reliabilityReport({ experiments }: Reliability): ReportDocument {
  const sum = (of: (row: Reliability['experiments'][number]) => number) =>
    experiments.reduce((total, one) => total + of(one), 0);
  const failed = sum((one) => one.failed);
  const rows = experiments.map((one) =>
    row(
      [one.name],
      [
        text(one.name),
        sentence(one.what),
        count(one.tries),
        count(one.survived),
        one.failed === 0 ? count(0) : strong(text(String(one.failed))),
      ],
    ),
  );
  const failures = experiments.flatMap((one) =>
    one.failures.map(({ seed, what }) =>
      row([one.name, seed], [text(one.name), text(String(seed)), text(what)]),
    ),
  );
  const total = `${sum((one) => one.tries)} tries, ${sum((one) => one.survived)} survived, ${failed} failed`;
  return reportOf([
    section('experiments', null, [
      table(
        [
          key(left('experiment')),
          left('what is tried, and what must hold'),
          right('tries'),
          right('survived'),
          right('failed'),
        ],
        rows,
      ),
      ...(failures.length === 0
        ? []
        : [table([key(left('experiment')), right('seed'), left('what happened')], failures)]),
      paragraph(`${total}. ${madeBy(experiments)}`),
    ]),
  ]);
}

/** Where and when the rows were made; by name, where they were not made together. */
function madeBy(rows: Reliability['experiments']): string {
  const makings = [...Map.groupBy(rows, ({ provenance }) => provenance)];
  if (makings.length === 1) return makings[0]?.[0] ?? '';
  return makings
    .map(([provenance, own]) => `${own.map(({ name }) => name).join(', ')}: ${provenance}`)
    .join('. ');
}

/**
 * A docs page with its generated table made anew; what is written around it stays.
 * @throws Error where the page has no place for it
 */
export function withReliability(page: string, reliability: Reliability): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('the page has no marks of the generated table');
  const table = renderMarkdown(reliabilityReport(reliability)).trim();
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
}
