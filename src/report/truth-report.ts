import type { GivenComparison } from '../truth/corpus/compare-given.ts';
import type { CorpusTruth } from '../truth/corpus/corpus-truth.ts';
import type { LintCheck, LintReport } from '../truth/lint/lint.ts';
import { key, left, paragraph, reportOf, right, row, tableSection } from './blocks.ts';
import type { Content, ReportDocument, Section, Tone } from './model.ts';
import {
  count,
  id,
  joined,
  metric,
  prose,
  sentence,
  setting,
  spansOf,
  state,
  text,
  things,
} from './spans.ts';

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
  'repeated-query': 'no two queries ask the same in the same words',
  'tie-at-k': 'no tie across rank k',
};

const SHOWN_DIFFERENCES = 20;
const SHOWN_KEYS = 5;

/** The report of `bench truth`: what was read, what the linter says, how a given truth compares. */
export function truthReport(result: CorpusTruth, k: number): ReportDocument {
  const { corpus, vectors, given } = result;
  return reportOf([
    ...(corpus === null || vectors === null
      ? []
      : [
          tableSection('truth', prose`Truth of ${text(corpus.name)}`, {
            columns: [key(left('what')), right('count')],
            rows: [
              row(['documents'], ['documents', count(vectors.documents.rowCount)]),
              row(['queries'], ['queries', count(vectors.queries.rowCount)]),
              row(['dimension'], ['dimension', setting(vectors.documents.dimension)]),
              row(['k'], ['k', setting(k)]),
            ],
            notes: [paragraph(prose`Vectors: ${vectors.source}.`)],
          }),
        ]),
    lintSection(result.lint, k, result.lists !== null),
    ...(given === null ? [] : givenSections(given)),
  ]);
}

const TONES: Readonly<Record<LintReport['findings'][number]['severity'], Tone>> = {
  error: 'bad',
  warning: 'unsure',
  info: 'neutral',
};

function lintSection({ findings, attainable }: LintReport, k: number, computed: boolean): Section {
  const rows = (Object.keys(CHECKS) as LintCheck[]).flatMap((check) => {
    const found = findings.filter((finding) => finding.check === check);
    if (found.length === 0) {
      return [
        row([check], [check, state('ok', 'good'), count(0), CHECKS[check], ''], { kind: 'check' }),
      ];
    }
    return found.map(({ severity, count: n, message, examples }, at) =>
      row(
        [check, at],
        [
          check,
          state(severity, TONES[severity]),
          count(n),
          sentence(message),
          examples.length === 0 ? '' : joined(examples.map((example) => text(example))),
        ],
        { kind: 'check' },
      ),
    );
  });
  const { tieAware, idBased, n, undefinedCount } = attainable;
  const orUndefined = (value: number | null, shown: Content): Content =>
    value === null ? 'undefined' : shown;
  return tableSection('lint', 'Linter', {
    columns: [key(left('check')), left('result'), right('count'), left('what'), left('e.g.')],
    rows,
    notes: [
      paragraph(
        computed
          ? prose`Highest recall@${setting(k)} attainable: tie-aware ${orUndefined(tieAware, setting(tieAware))}, by ids alone ${orUndefined(idBased, metric(idBased))}, over ${things(n, 'query', 'queries')}, ${count(undefinedCount)} without truth.`
          : 'Not computed: what stands on an error is no truth.',
      ),
    ],
  });
}

function givenSections(given: GivenComparison): Section[] {
  const { differences, k } = given;
  const values: (readonly [name: string, label: string, value: Content])[] = [
    ['metric', 'metric', given.metricKnown ? given.metric : `${given.metric} (assumed)`],
    ['given', 'queries given', count(given.given)],
    ['compared', 'queries compared', count(given.compared)],
    [
      'recall',
      `recall@${k} of theirs against ours, tie-aware`,
      given.recall === null ? 'undefined' : metric(given.recall, 6),
    ],
    ['undefined', 'queries without truth', count(given.undefinedCount)],
    ['differences', 'queries that differ', count(differences.length)],
    ['duplicates', 'lists with a document twice', count(given.withDuplicates)],
    ['short', 'lists that are too short', count(given.short)],
    [
      'unordered',
      'lists whose distances are out of order',
      given.unordered === null ? 'no distances given' : count(given.unordered),
    ],
  ];
  const summary = tableSection('given', prose`Ground truth given: ${text(given.source)}`, {
    columns: [key(left('what')), right('value')],
    rows: values.map(([name, label, value]) => row([name], [label, value])),
    notes: given.metricKnown
      ? []
      : [paragraph('The file does not name its metric: --metric names it.')],
  });
  return differences.length === 0 ? [summary] : [summary, differencesSection(given)];
}

function differencesSection({ differences }: GivenComparison): Section {
  const more = differences.length - SHOWN_DIFFERENCES;
  return tableSection('differences', 'Queries that differ', {
    columns: [key(left('query')), right('recall'), left('only theirs'), left('only ours')],
    rows: differences
      .slice(0, SHOWN_DIFFERENCES)
      .map(({ queryId, recall, onlyTheirs, onlyOurs }) =>
        row(
          [queryId],
          [id('query', queryId), metric(recall), keysOf(onlyTheirs), keysOf(onlyOurs)],
          { kind: 'query' },
        ),
      ),
    notes: more > 0 ? [paragraph(prose`and ${count(more)} more`)] : [],
  });
}

function keysOf(keys: readonly string[]): Content {
  if (keys.length === 0) return '';
  const more = keys.length - SHOWN_KEYS;
  return [
    ...spansOf(joined(keys.slice(0, SHOWN_KEYS).map((name) => id('document', name)))),
    ...(more > 0 ? prose` and ${count(more)} more` : []),
  ];
}
