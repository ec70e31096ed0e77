import type { Findings } from '../../../parity/findings.ts';
import { key, left, paragraph, right, row, tableSection } from '../../blocks.ts';
import type { Section } from '../../model.ts';
import { bounds, difference, metric, prose, setting } from '../../spans.ts';

/** Recall of each build of the candidate; empty where it was built once. */
export function buildsSections({ builds = [] }: Pick<Findings, 'builds'>): Section[] {
  return builds.map((finding) =>
    tableSection(`builds-${finding.cell}`, `${finding.cell}: builds of the candidate's index`, {
      columns: [
        key(left('build')),
        right(`recall@${finding.k}`, 'recall'),
        right('candidate − incumbent', 'difference'),
      ],
      rows: finding.builds.map((build, at) =>
        row(
          [at],
          [
            at === 0 ? 'the one compared' : setting(at),
            metric(build.recall),
            difference(build.difference),
          ],
        ),
      ),
      notes: [
        paragraph(
          prose`Mean difference over builds ${difference(finding.mean)} ${bounds(finding.lower, finding.upper, difference(null))} (one-sided 95%, t over builds), standard deviation ${metric(finding.sd)}. Each further build took the documents in another order. The interval is about builds over these needs; that of the needs is in the tables on quality.`,
        ),
      ],
    }),
  );
}
