import type { Findings } from '../parity/findings.ts';
import { cellText, whole } from './numbers.ts';
import { section } from './table.ts';

/** Census, failures, contract violations and the truth linter's remarks. */
export function countsSections(findings: Findings): string[] {
  return [
    section(
      'Membership census: every document asked by its own text',
      ['side', '>asked', '>failed', '>missing', '>displaced', 'ids'],
      findings.census.map((entry) => [
        entry.side,
        `${whole(entry.asked)} of ${whole(entry.documents)}`,
        whole(entry.failed),
        whole(entry.missing.length),
        whole(entry.displaced.length),
        examples([...entry.missing, ...entry.displaced]),
      ]),
    ),
    section(
      'Failed requests',
      ['cell', 'side', '>requests', '>failed', 'by outcome', 'first of them'],
      findings.cells.flatMap((cell) =>
        cell.failures.map((entry) => [
          cell.cell,
          entry.side,
          whole(entry.requests),
          whole(entry.failed),
          Object.entries(entry.byOutcome)
            .map(([outcome, n]) => `${outcome} ${n}×`)
            .join(', ') || '–',
          cellText(entry.examples[0] ?? '–'),
        ]),
      ),
    ),
    section(
      'Contract violations',
      ['cell', 'side', 'kind', '>answers', '>of', 'first of them'],
      findings.cells.flatMap((cell) =>
        cell.violations.map((entry) => [
          cell.cell,
          entry.side,
          entry.kind,
          whole(entry.count),
          whole(entry.of),
          cellText(entry.examples[0] ?? '–'),
        ]),
      ),
      findings.cells.every((cell) => cell.violations.length === 0)
        ? ['No answer of either side breaks the contract of a ranked list.']
        : [],
    ),
    section(
      'Truth',
      ['check', 'severity', '>count', 'message'],
      findings.truth.lint.map((entry) => [
        entry.check,
        entry.severity,
        whole(entry.count),
        cellText(entry.message),
      ]),
      [
        `Exact cosine in float64 over ${whole(findings.truth.documents)} documents for ${whole(findings.truth.queries)} queries.`,
      ],
    ),
  ];
}

function examples(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).map(cellText).join(', ');
  return ids.length === 0 ? '–' : ids.length > 10 ? `${shown}, … (${ids.length - 10} more)` : shown;
}
