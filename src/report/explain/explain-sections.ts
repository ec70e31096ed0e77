import type { Component, Measure, MeasureAttribution } from '../../attribution/types.ts';
import { beside, key, left, list, paragraph, right, row, section, table } from '../blocks.ts';
import type { Block, Content, Section, Span, Table } from '../model.ts';
import { fidelitySpans, repairOf } from '../sections/attribution.ts';
import {
  code,
  difference,
  id,
  joined,
  MISSING,
  metric,
  prose,
  rank,
  sentence,
  share,
  spansOf,
  state,
  strong,
  text,
} from '../spans.ts';

/** One rank of a query's answers side by side. */
export interface ExplainedRank {
  readonly rank: number;
  readonly truth: string | null;
  readonly incumbent: string | null;
  readonly candidate: string | null;
  /** Exact cosines in float64, and the scores as they came. */
  readonly truthCosine: number | null;
  readonly incumbentCosine: number | null;
  readonly incumbentRaw: number | null;
  readonly candidateCosine: number | null;
  readonly candidateRaw: number | null;
}

/** One query, explained. */
export interface ExplainedQuery {
  readonly cell: string;
  readonly id: string;
  readonly text: string;
  readonly collections: readonly string[];
  readonly filter: string | null;
  readonly status: string;
  readonly sentence: string;
  readonly measures: readonly MeasureAttribution[];
  readonly ranks: readonly ExplainedRank[];
  readonly moved: readonly {
    readonly key: string;
    readonly rankIncumbent: number | null;
    readonly rankCandidate: number | null;
    readonly movedBy: Component | null;
    readonly textHash: string | null;
    readonly text: string | null;
  }[];
  /** The measure of the headline; the query's distance and φ are in it. */
  readonly measure: Measure;
  /** φ of this query alone, greatest first. */
  readonly shares: readonly { readonly component: Component; readonly phi: number }[];
  readonly distance: number;
  readonly repair: readonly Component[] | null;
}

/** The queries of one operation that disagree most, worst first. */
export interface WorstQueries {
  readonly cell: string;
  /** What they are ranked by: the measure of the sentence. */
  readonly measure: Measure;
  readonly sentence: string;
  readonly queries: readonly {
    readonly id: string;
    readonly text: string;
    readonly distance: number;
    readonly component: string;
  }[];
}

/** Characters shown of a document and of a query in a table. */
const SHOWN_OF_DOCUMENT = 60;
const SHOWN_OF_QUERY = 80;

/** One query side by side: both lists, the truth, and what moved each document. */
export function explainedSection(query: ExplainedQuery): Section {
  const { filter } = query;
  return section(`query-${query.cell}`, prose`${query.cell}: ${id('query', query.id)}`, [
    { kind: 'quote', content: text(query.text) },
    paragraph([
      'in ',
      ...spansOf(joined(query.collections.map((name) => text(name)))),
      ...(filter === null ? [] : [', filter ', code(filter)]),
    ]),
    ranksTable(query),
    paragraph(
      'Cosines are exact, in float64: the truth’s and the incumbent’s from the incumbent’s vectors, the candidate’s from its own. Scores are as they came.',
    ),
    paragraph(
      prose`${query.measure} of the two answers: ${metric(query.distance)}. Attribution of the whole operation: ${strong(state(query.status))}. ${query.sentence}`,
    ),
    list(query.measures.map((measure) => prose`${measure.measure}: ${fidelitySpans(measure)}.`)),
    ...movedBlocks(query),
    ...sharesBlocks(query),
    paragraph(
      query.repair === null
        ? 'Minimal repair of this query: none that is known.'
        : ['Minimal repair of this query: ', ...spansOf(repairOf(query.repair)), '.'],
    ),
  ]);
}

function ranksTable({ ranks }: ExplainedQuery): Table {
  return table(
    [
      key(right('rank')),
      left('truth'),
      beside(right('cosine', 'truth-cosine')),
      left('incumbent'),
      beside(right('cosine', 'incumbent-cosine')),
      beside(right('score', 'incumbent-score')),
      left('candidate'),
      beside(right('cosine', 'candidate-cosine')),
      beside(right('score', 'candidate-score')),
    ],
    ranks.map((at) =>
      row(
        [at.rank],
        [
          rank(at.rank),
          documentOf(at.truth),
          metric(at.truthCosine, 12),
          documentOf(at.incumbent),
          metric(at.incumbentCosine, 12),
          metric(at.incumbentRaw, 9),
          documentOf(at.candidate),
          metric(at.candidateCosine, 12),
          metric(at.candidateRaw, 9),
        ],
      ),
    ),
  );
}

function documentOf(value: string | null): Content {
  return value === null ? MISSING : id('document', value);
}

function movedBlocks({ moved }: ExplainedQuery): Block[] {
  if (moved.length === 0) return [];
  return [
    table(
      [
        key(left('document')),
        right('incumbent'),
        right('candidate'),
        left('moved by'),
        left('sha256 of the text', 'text-sha256'),
        left('text'),
      ],
      moved.map((at) =>
        row(
          [at.key],
          [
            id('document', at.key),
            rank(at.rankIncumbent),
            rank(at.rankCandidate),
            at.movedBy ?? 'unexplained',
            at.textHash === null ? MISSING : id('hash', at.textHash),
            at.text === null ? 'not in the corpus' : text(at.text, SHOWN_OF_DOCUMENT),
          ],
          { kind: 'document' },
        ),
      ),
    ),
  ];
}

function sharesBlocks({ shares }: ExplainedQuery): Block[] {
  if (shares.length === 0) return [];
  const total = shares.reduce((sum, { phi }) => sum + Math.max(0, phi), 0);
  const parts = shares.map(
    ({ component, phi }): readonly Span[] =>
      prose`${component} ${difference(phi)} (${share(total === 0 ? null : Math.max(0, phi) / total, 0)})`,
  );
  return [paragraph(['Contributions in this query: ', ...spansOf(joined(parts)), '.'])];
}

/** The queries of one operation that disagree most. */
export function worstSection({ cell, measure, sentence: why, queries }: WorstQueries): Section {
  return section(`worst-${cell}`, prose`${cell}: the queries that disagree most`, [
    paragraph(sentence(why)),
    queries.length === 0
      ? paragraph('No query disagrees.')
      : table(
          [key(left('query')), right(measure, 'distance'), left('most moved by'), left('text')],
          queries.map((query) =>
            row(
              [query.id],
              [
                id('query', query.id),
                metric(query.distance),
                query.component,
                text(query.text, SHOWN_OF_QUERY),
              ],
              { kind: 'query' },
            ),
          ),
        ),
  ]);
}
