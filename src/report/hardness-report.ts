import type { CorpusHardness, Spread } from '../truth/hardness/describe.ts';
import type { ReferenceIndexAudit } from '../truth/reference/audit.ts';
import { key, left, paragraph, reportOf, right, row, tableSection } from './blocks.ts';
import type { Content, ReportDocument, Row } from './model.ts';
import { count, metric, numeral, prose, setting, share, text } from './spans.ts';

const FIGURE = { unit: 'ratio', precision: { significant: 4 }, signed: false } as const;

/** How hard a corpus is: one figure a row, with what it means; then what a reference index reaches on it. */
export function hardnessReport(
  about: { readonly corpus: string; readonly vectors: string },
  hardness: CorpusHardness,
  audits: readonly ReferenceIndexAudit[],
): ReportDocument {
  const { hubness, k } = hardness;
  const figure = (value: number | null): Content => numeral(value, FIGURE);
  const one = (id: string, name: Content, value: Content, meaning: string): Row =>
    row([id], [name, value, meaning]);
  return reportOf([
    tableSection('hardness', prose`How hard is ${text(about.corpus)}?`, {
      columns: [key(left('figure')), right('value'), left('what it says')],
      rows: [
        one('documents', 'documents', count(hardness.documentCount), 'rows that are searched'),
        one('queries', 'queries', count(hardness.queryCount), 'asked without filters'),
        one('dimension', 'dimension', setting(hardness.dimension), 'components of a vector'),
        one('metric', 'metric', hardness.metric, 'how nearness is meant'),
        one(
          'lid',
          'local intrinsic dimension',
          spread(hardness.intrinsicDimension),
          'around each query, from its 100 nearest documents: the higher, the harder for a graph',
        ),
        one(
          'contrast',
          'relative contrast',
          figure(hardness.relativeContrast),
          'distance to any document over distance to the nearest: close to 1 is hard',
        ),
        one(
          'query-distance',
          'query distance',
          figure(hardness.queryDistance),
          'query to nearest document over document to nearest other one: above 1, queries are out of distribution',
        ),
        one(
          'hubness',
          'hubness',
          figure(hubness.skewness),
          `skewness of how often a document is among the ${k} nearest: 0 is even`,
        ),
        one('never', 'never found', share(hubness.neverFound), 'documents in no list'),
        one(
          'top',
          'largest hub',
          share(hubness.topShare),
          'lists that hold the most frequent document',
        ),
        one('tied', 'tied at k', share(hardness.tiedAtK), `queries with a tie across rank ${k}`),
        one(
          'margin',
          'margin at k',
          spread(hardness.marginAtK),
          `score of rank ${k} less that of rank ${k + 1}, as a cosine: small errors below it move nothing`,
        ),
        one(
          'norms',
          'lengths',
          spread(hardness.norms),
          'of the vectors of documents: where they differ, cosine and dot differ',
        ),
      ],
      notes: [
        paragraph(
          prose`Vectors: ${text(about.vectors)}. Of a spread: median (quartiles; least to greatest). Definitions and sources: docs/corpora.md.`,
        ),
      ],
    }),
    ...(audits.length === 0
      ? []
      : [
          tableSection('reference', 'What an HNSW index reaches here', {
            columns: [
              key(right('M')),
              key(right('efSearch')),
              right(`recall@${k}`, 'recall'),
              right('queries'),
            ],
            rows: audits.flatMap((audit) =>
              audit.curve.map(({ efSearch, recall, n }) =>
                row(
                  [audit.M, efSearch],
                  [setting(audit.M), setting(efSearch), metric(recall), count(n)],
                ),
              ),
            ),
          }),
        ]),
  ]);

  function spread({ least, lower, median, upper, greatest }: Spread): Content {
    return prose`${numeral(median, FIGURE)} (${numeral(lower, FIGURE)} to ${numeral(upper, FIGURE)}; ${numeral(least, FIGURE)} to ${numeral(greatest, FIGURE)})`;
  }
}
