import { key, left, right, row, table } from '../blocks.ts';
import { inline, tableHtml } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import type { Content } from '../model.ts';
import { id, MISSING, metric, rank, text } from '../spans.ts';
import {
  isTelling,
  type PageCell,
  type PageData,
  type PageDocument,
  type PageQuery,
} from './page-data.ts';

/** Queries of an operation that can be opened where no script runs. */
const STATIC_QUERIES = 8;

/** The browser of queries: filters for the script, and the worst queries as they are without it. */
export function queriesPart({ cells, texts }: PageData, runId: string): Html {
  const all = cells.reduce((sum, { queries }) => sum + queries.length, 0);
  return html`<div id="browser" hidden><form id="filters" aria-label="Filter queries"></form><p id="matches" role="status" class="quiet"></p><ul id="query-list"></ul><button type="button" id="more" hidden>Show more</button></div>
<div id="static"><p class="quiet">The queries that differ most. Where scripts may run, all ${all} can be filtered and sorted here.</p>${cells.map(
    (cell, at) => staticCell(cell, at, texts),
  )}</div><p class="command">One query in full: <code>bench explain runs/${runId} QUERY</code></p>`;
}

/** The link to one query, by its place among those of its operation. */
export function queryLink(cell: number, at: number): string {
  return `#query-${cell}-${at}`;
}

function staticCell(
  { cell, metrics, queries }: PageCell,
  at: number,
  texts: PageData['texts'],
): Html {
  const shown = queries.filter(isTelling).slice(0, STATIC_QUERIES);
  if (shown.length === 0)
    return html`<h3>${cell}</h3><p>Both sides give the same lists to every query.</p>`;
  return html`<h3>${cell}</h3>${shown.map((query, index) => staticQuery(query, metrics, texts, queryLink(at, index).slice(1)))}`;
}

function staticQuery(
  query: PageQuery,
  metrics: readonly string[],
  texts: PageData['texts'],
  anchor: string,
): Html {
  const { incumbent, candidate } = query.values;
  return html`<details class="query" id="${anchor}"><summary><span class="id">${inline(id('query', query.id))}</span> <span class="words">${inline(text(query.text, 100))}</span> <span class="quiet">${query.difference}${query.firstDivergentRank === null ? '' : ` from rank ${query.firstDivergentRank}`}</span></summary>${failuresOf(query)}<p>${metrics.map(
    (name, at) =>
      html`<span class="figure">${name} ${inline(metric(incumbent[at] ?? null))} → ${inline(metric(candidate[at] ?? null))}</span> `,
  )}</p>${tableHtml(documentsTable(query, texts))}</details>`;
}

function failuresOf({ failures }: PageQuery): readonly Html[] {
  return (['incumbent', 'candidate'] as const).map((side) => {
    const why = failures[side];
    return why === null ? NOTHING : html`<p class="callout">${side}: ${inline(text(why))}</p>`;
  });
}

function documentsTable({ documents }: PageQuery, texts: PageData['texts']) {
  return table(
    [
      key(left('document')),
      right('exact rank'),
      right('incumbent'),
      right('candidate'),
      right('exact cosine'),
      right('score of the incumbent'),
      right('score of the candidate'),
      right('judgment'),
      left('moved by'),
      left('text'),
    ],
    documents.map((at) =>
      row(
        [at.key],
        [
          id('document', at.key),
          rank(at.rankTruth),
          rank(at.rankIncumbent),
          rank(at.rankCandidate),
          metric(at.cosineIncumbent, 9),
          metric(at.scoreIncumbent, 9),
          metric(at.scoreCandidate, 9),
          rank(at.grade),
          moverOf(at),
          text(texts.get(at.key), 60),
        ],
        { kind: 'document' },
      ),
    ),
  );
}

function moverOf({ movedBy, rankIncumbent, rankCandidate }: PageDocument): Content {
  if (rankIncumbent === rankCandidate) return MISSING;
  return movedBy ?? 'unexplained';
}
