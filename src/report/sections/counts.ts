import type { Findings } from '../../parity/findings.ts';
import { key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Content, Section } from '../model.ts';
import { count, id, joined, prose, sentence, setting, state, text, things } from '../spans.ts';

/** Documents of the census that are named. */
const SHOWN_IDS = 10;

/** Census, failures, contract violations and the truth linter's remarks. */
export function countsSections(findings: Findings): Section[] {
  return [
    censusSection(findings),
    failuresSection(findings),
    violationsSection(findings),
    truthSection(findings),
  ];
}

function censusSection({ census }: Findings): Section {
  return tableSection('census', 'Membership census: every document asked by its own text', {
    columns: [
      key(left('side')),
      right('asked'),
      right('failed'),
      right('in no answer'),
      right('elsewhere'),
      right('displaced'),
      left('ids'),
    ],
    rows: census.map((entry) =>
      row(
        [entry.side],
        [
          entry.side,
          prose`${count(entry.asked)} of ${count(entry.documents)}`,
          count(entry.failed),
          count(entry.missing.length),
          count(entry.elsewhere.length),
          count(entry.displaced.length),
          examples([...entry.missing, ...entry.elsewhere, ...entry.displaced]),
        ],
      ),
    ),
    notes: [
      paragraph(
        'A document is found where it stands in the top tie group of an answer to its own text. In no answer: never returned, whatever was asked. Elsewhere: not for its own text, though other questions return it. Displaced: behind a document that is farther. Only a listing of ids proves that a document is absent.',
      ),
    ],
  });
}

function examples(keys: readonly string[]): Content {
  const shown = keys.slice(0, SHOWN_IDS).map((key) => id('document', key));
  const left = keys.length - shown.length;
  return joined(left === 0 ? shown : [...shown, prose`… (${setting(left)} more)`]);
}

function failuresSection({ cells }: Findings): Section {
  return tableSection('failures', 'Failed requests', {
    columns: [
      key(left('cell')),
      key(left('side')),
      right('requests'),
      right('failed'),
      left('by outcome'),
      left('first of them'),
    ],
    rows: cells.flatMap(({ cell, failures }) =>
      failures.map((entry) =>
        row(
          [cell, entry.side],
          [
            cell,
            entry.side,
            count(entry.requests),
            count(entry.failed),
            joined(
              Object.entries(entry.byOutcome).map(
                ([outcome, n]) => prose`${outcome} ${setting(n)}×`,
              ),
            ),
            text(entry.examples[0]),
          ],
        ),
      ),
    ),
  });
}

function violationsSection({ cells }: Findings): Section {
  return tableSection('violations', 'Contract violations', {
    columns: [
      key(left('cell')),
      key(left('side')),
      key(left('kind')),
      right('answers'),
      right('of'),
      left('first of them'),
    ],
    rows: cells.flatMap(({ cell, violations }) =>
      violations.map((entry) =>
        row(
          [cell, entry.side, entry.kind],
          [
            cell,
            entry.side,
            entry.kind,
            count(entry.count),
            count(entry.of),
            text(entry.examples[0]),
          ],
        ),
      ),
    ),
    notes: cells.every(({ violations }) => violations.length === 0)
      ? [paragraph('No answer of either side breaks the contract of a ranked list.')]
      : [],
  });
}

function truthSection({ truth }: Findings): Section {
  return tableSection('truth', 'Truth', {
    columns: [key(left('check')), left('severity'), right('count'), left('message')],
    rows: truth.lint.map((entry, at) =>
      row(
        [at, entry.check],
        [
          entry.check,
          state(entry.severity, entry.severity === 'error' ? 'bad' : 'neutral'),
          count(entry.count),
          sentence(entry.message),
        ],
      ),
    ),
    notes: [
      ...((truth.declared ?? []).length === 0
        ? []
        : [paragraph(prose`Declared: ${(truth.declared ?? []).join('; ')}.`)]),
      paragraph(
        prose`Exact cosine in float64 over ${things(truth.documents, 'document')} for ${things(truth.queries, 'query', 'queries')}.`,
      ),
    ],
  });
}
