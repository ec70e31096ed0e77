import { section } from '../src/report/table.ts';
import type { GivenComparison } from '../src/truth/corpus/compare-given.ts';
import type { CorpusTruth } from '../src/truth/corpus/corpus-truth.ts';
import type { LintCheck, LintReport } from '../src/truth/lint/lint.ts';

/** What each check looks for, in the order of the report. */
const CHECKS: Readonly<Record<LintCheck, string>> = {
  'hash-mismatch': 'files are those that the manifest names',
  'duplicate-id': 'every document has an id of its own',
  'mixed-dimensions': 'all vectors have one dimension',
  'non-finite-vector': 'no NaN or Infinity in a vector',
  'zero-vector': 'no zero vector',
  'duplicate-vector': 'no two documents share a vector',
  'narrow-query': 'every query has k documents to find',
  'query-is-document': 'no query is a document of the corpus',
  'tie-at-k': 'no tie across rank k',
};

const SHOWN_DIFFERENCES = 20;
const SHOWN_KEYS = 5;

/** The report of `bench truth` as Markdown: what was read, what the linter says, how a given truth compares. */
export function truthReport(result: CorpusTruth, k: number): string {
  const { corpus, vectors, given } = result;
  const parts: string[] = [];
  if (corpus !== null && vectors !== null) {
    parts.push(
      section(
        `Truth of ${corpus.name}`,
        ['what', '>count'],
        [
          ['documents', String(vectors.documents.rowCount)],
          ['queries', String(vectors.queries.rowCount)],
          ['dimension', String(vectors.documents.dimension)],
          ['k', String(k)],
        ],
        [`Vectors: ${vectors.source}.`],
      ),
    );
  }
  parts.push(lintSection(result.lint, k, result.lists !== null));
  if (given !== null) parts.push(givenSection(given));
  return parts.join('\n');
}

function lintSection({ findings, attainable }: LintReport, k: number, computed: boolean): string {
  const rows = (Object.keys(CHECKS) as LintCheck[]).flatMap((check) => {
    const found = findings.filter((finding) => finding.check === check);
    if (found.length === 0) return [[check, 'ok', '0', CHECKS[check], '']];
    return found.map(({ severity, count, message, examples }) => [
      check,
      severity,
      String(count),
      message,
      examples.map(shown).join(', '),
    ]);
  });
  const attained = [
    `tie-aware ${attainable.tieAware ?? 'undefined'}`,
    `by ids alone ${attainable.idBased?.toFixed(4) ?? 'undefined'}`,
    `over ${attainable.n} queries`,
    `${attainable.undefinedCount} without truth`,
  ].join(', ');
  return section(
    'Linter',
    ['check', 'result', '>count', 'what', 'e.g.'],
    rows,
    computed
      ? [`Highest recall@${k} attainable: ${attained}.`]
      : ['Not computed: what stands on an error is no truth.'],
  );
}

function givenSection(given: GivenComparison): string {
  const { differences, k } = given;
  const summary = section(
    `Ground truth given: ${shown(given.source)}`,
    ['what', '>value'],
    [
      ['metric', given.metricKnown ? given.metric : `${given.metric} (assumed)`],
      ['queries given', String(given.given)],
      ['queries compared', String(given.compared)],
      [`recall@${k} of theirs against ours, tie-aware`, given.recall?.toFixed(6) ?? 'undefined'],
      ['queries without truth', String(given.undefinedCount)],
      ['queries that differ', String(differences.length)],
      ['lists with a document twice', String(given.withDuplicates)],
      ['lists that are too short', String(given.short)],
      ['lists whose distances are out of order', String(given.unordered ?? 'no distances given')],
    ],
    given.metricKnown ? [] : ['The file does not name its metric: --metric names it.'],
  );
  if (differences.length === 0) return summary;
  const rows = differences
    .slice(0, SHOWN_DIFFERENCES)
    .map(({ queryId, recall, onlyTheirs, onlyOurs }) => [
      shown(queryId),
      recall.toFixed(4),
      keyList(onlyTheirs),
      keyList(onlyOurs),
    ]);
  const rest = differences.length - rows.length;
  return `${summary}\n${section(
    'Queries that differ',
    ['query', '>recall', 'only theirs', 'only ours'],
    rows,
    rest > 0 ? [`and ${rest} more`] : [],
  )}`;
}

function keyList(keys: readonly string[]): string {
  const rest = keys.length - SHOWN_KEYS;
  return keys.slice(0, SHOWN_KEYS).map(shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** A name from a file inside a table cell. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('|', '\\|');
}
