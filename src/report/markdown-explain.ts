import { markdownTable } from 'markdown-table';
import type { Component, MeasureAttribution } from '../attribution/types.ts';
import { twinOf } from './markdown-attribution.ts';
import { cellText, fixed, percent, signed } from './numbers.ts';

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
  /** φ of this query alone in `1 − RBO`, greatest first. */
  readonly shares: readonly { readonly component: Component; readonly phi: number }[];
  readonly distance: number;
  readonly repair: readonly Component[] | null;
}

/** A query side by side as Markdown. */
export function renderExplained(query: ExplainedQuery): string {
  const lines = [
    `## ${query.cell}: ${cellText(query.id)}`,
    '',
    `> ${cellText(query.text)}`,
    '',
    `in ${query.collections.map(cellText).join(', ')}${query.filter === null ? '' : `, filter \`${query.filter.replaceAll('`', '')}\``}`,
    '',
    markdownTable(
      [
        ['rank', 'truth', 'cosine', 'incumbent', 'cosine', 'score', 'candidate', 'cosine', 'score'],
        ...query.ranks.map((row) => [
          String(row.rank),
          key(row.truth),
          fixed(row.truthCosine, 12),
          key(row.incumbent),
          fixed(row.incumbentCosine, 12),
          fixed(row.incumbentRaw, 9),
          key(row.candidate),
          fixed(row.candidateCosine, 12),
          fixed(row.candidateRaw, 9),
        ]),
      ],
      { align: ['right', 'left', 'right', 'left', 'right', 'right', 'left', 'right', 'right'] },
    ),
    '',
    'Cosines are exact, in float64: the truth’s and the incumbent’s from the incumbent’s vectors, the candidate’s from its own. Scores are as they came.',
    '',
    `1 − RBO of the two answers: ${fixed(query.distance)}. Attribution of the whole operation: **${cellText(query.status)}**. ${cellText(query.sentence)}`,
    '',
    ...query.measures.flatMap((measure) => [`- ${measure.measure}: ${twinOf(measure)}.`]),
    '',
  ];
  if (query.moved.length > 0) {
    lines.push(
      markdownTable(
        [
          ['document', 'incumbent', 'candidate', 'moved by', 'sha256 of the text', 'text'],
          ...query.moved.map((row) => [
            cellText(row.key),
            rank(row.rankIncumbent),
            rank(row.rankCandidate),
            row.movedBy ?? 'unexplained',
            row.textHash ?? '–',
            cellText((row.text ?? 'not in the corpus').slice(0, 60)),
          ]),
        ],
        { align: ['left', 'right', 'right', 'left', 'left', 'left'] },
      ),
      '',
    );
  }
  if (query.shares.length > 0) {
    const total = query.shares.reduce((sum, { phi }) => sum + Math.max(0, phi), 0);
    lines.push(
      `φ in this query: ${query.shares
        .map(
          ({ component, phi }) =>
            `${component} ${signed(phi)} (${percent(total === 0 ? null : Math.max(0, phi) / total, 0)})`,
        )
        .join(', ')}.`,
      '',
    );
  }
  lines.push(
    query.repair === null
      ? 'Minimal repair of this query: none that is known.'
      : `Minimal repair of this query: ${query.repair.length === 0 ? 'nothing' : query.repair.join(', ')}.`,
    '',
  );
  return lines.join('\n');
}

/** Queries that disagree most, worst first. */
export function renderWorst(
  cell: string,
  sentence: string,
  rows: readonly {
    readonly id: string;
    readonly text: string;
    readonly distance: number;
    readonly component: string;
  }[],
): string {
  return [
    `## ${cell}: the queries that disagree most`,
    '',
    cellText(sentence),
    '',
    rows.length === 0
      ? 'No query disagrees.'
      : markdownTable(
          [
            ['query', '1 − RBO', 'most moved by', 'text'],
            ...rows.map((row) => [
              cellText(row.id),
              fixed(row.distance),
              row.component,
              cellText(row.text.slice(0, 80)),
            ]),
          ],
          { align: ['left', 'right', 'left', 'left'] },
        ),
    '',
  ].join('\n');
}

function key(value: string | null): string {
  return value === null ? '–' : cellText(value);
}

function rank(value: number | null): string {
  return value === null ? '–' : String(value);
}
