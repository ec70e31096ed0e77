import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../report/blocks.ts';
import type { Row, Section } from '../../../report/model.ts';
import { renderMarkdown } from '../../../report/render/markdown.ts';
import { code, count, prose, share, things } from '../../../report/spans.ts';
import { requirementsOf } from '../results/requirements.ts';
import type { RunRow } from '../results/rows.ts';
import { cleanSummary, faultSummaries } from '../results/summary.ts';
import { GROUPS, pageOf, STUDIES } from './catalogue.ts';

/** `results/README.md`: five figures of the drill that matter first, pictures, and everything that is published. */
export function resultsOverview(runs: readonly RunRow[]): string {
  const requirements = requirementsOf(runs);
  const held = requirements.filter(({ holds }) => holds).length;
  const before = renderMarkdown(
    reportOf(
      [
        section('figures', null, [
          paragraph(
            'What this suite notices, how often it is wrong, and what it found out about real engines. First the five figures that matter most: faults are planted in a backend, and the suite looks for them without being told.',
          ),
          table([key(left('claim')), right('figure')], figuresOf(runs)),
          paragraph(
            prose`${count(held)} of ${count(requirements.length)} requirements hold over ${things(runs.length, 'run')}. The picture shows how small each fault may be and still be noticed; all of it is in ${{ kind: 'link', text: 'drill.md', target: 'drill.md' }}.`,
          ),
        ]),
      ],
      {
        title: 'Published results',
        generated: { from: 'drill.jsonl', by: 'bench documents --write' },
      },
    ),
  );
  const after = renderMarkdown(reportOf(GROUPS.map(groupSection)));
  const ends =
    'Figures of speed are of the machine that each table names. No number here was typed by hand: each page that says it is generated is held against its data, to the byte.';
  return [
    before,
    '![The smallest rate at which each planted fault is noticed](drill-rates.svg)\n',
    '## What real engines do\n',
    ...STUDIES.map(
      (study) =>
        `### [${study.title}](${pageOf(study)})\n\n${study.says}\n\n![${study.title}](studies/${study.name}/picture.svg)\n`,
    ),
    after,
    `${ends}\n`,
  ].join('\n');
}

function figuresOf(runs: readonly RunRow[]): Row[] {
  const clean = cleanSummary(runs);
  const rates = faultSummaries(runs).flatMap(({ smallestRate }) =>
    smallestRate === null ? [] : [smallestRate],
  );
  return [
    ...requirementsOf(runs)
      .slice(0, 3)
      .map(({ claim, met, cases }) =>
        row([claim], [claim, prose`${count(met)} of ${count(cases)}`]),
      ),
    row(
      ['alarms'],
      [
        'runs of a pair without a fault that were called fail',
        prose`${count(clean.counts.fail)} of ${count(clean.runs)}`,
      ],
    ),
    row(
      ['rate'],
      [
        'smallest rate of any fault that was noticed',
        share(rates.length === 0 ? null : Math.min(...rates), 2),
      ],
    ),
  ];
}

function groupSection({ heading, tables }: (typeof GROUPS)[number]): Section {
  return section(heading, heading, [
    table(
      [key(left('table')), left('made by')],
      tables.map(({ path, shows, command }) =>
        row([path], [{ kind: 'link', text: shows, target: path }, code(command)]),
      ),
    ),
  ]);
}
