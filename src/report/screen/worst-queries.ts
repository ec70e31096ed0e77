import type { Content, Span } from '../model.ts';
import { isTelling, type PageCell, type PageDocument, type PageQuery } from '../page/page-data.ts';
import { id, joined, prose, rank, spansOf, text } from '../spans.ts';

const SHOWN = 3;
const TEXT_LENGTH = 60;
/** Documents that one line names. */
const NAMED = 3;

/** The queries that differ most, two lines each: which, and what became of its documents. */
export function worstQueryLines(cells: readonly PageCell[]): Content[] {
  const differing = cells.flatMap(({ cell, queries }) =>
    queries
      .filter(isTelling)
      .slice(0, SHOWN)
      .map((query) => ({ cell, query })),
  );
  return differing
    .toSorted((a, b) => b.query.distance - a.query.distance)
    .slice(0, SHOWN)
    .flatMap(({ cell, query }): Content[] => [
      prose`${id('query', query.id)} of ${cell}: ${text(query.text, TEXT_LENGTH)}`,
      ['  ', ...whatMoved(query)],
    ]);
}

function whatMoved({ difference, failures, documents }: PageQuery): readonly Span[] {
  if (difference === 'failed') {
    const told = (['incumbent', 'candidate'] as const).flatMap((side) => {
      const why = failures[side];
      return why === null ? [] : [prose`${side} failed: ${text(why, TEXT_LENGTH)}`];
    });
    return spansOf(joined(told, '; '));
  }
  const lost = documents.filter((at) => at.rankIncumbent !== null && at.rankCandidate === null);
  const gained = documents.filter((at) => at.rankIncumbent === null && at.rankCandidate !== null);
  const moved = documents
    .filter((at) => at.rankIncumbent !== null && at.rankCandidate !== null && stepOf(at) > 0)
    .toSorted((a, b) => stepOf(b) - stepOf(a));
  const parts = [
    listed('lost', lost, (at) => prose`rank ${rank(at.rankIncumbent)}`),
    listed('new', gained, (at) => prose`rank ${rank(at.rankCandidate)}`),
    ...(lost.length + gained.length > 0
      ? []
      : [
          listed(
            'moved',
            moved,
            (at) => prose`${rank(at.rankIncumbent)} → ${rank(at.rankCandidate)}`,
          ),
        ]),
  ];
  return spansOf(
    joined(
      parts.filter(({ length }) => length > 0),
      '; ',
    ),
  );
}

/** The first documents of a kind with their places; empty where there are none. */
function listed(
  title: string,
  documents: readonly PageDocument[],
  place: (at: PageDocument) => readonly Span[],
): readonly Span[] {
  if (documents.length === 0) return [];
  const shown = documents
    .slice(0, NAMED)
    .map((at) => [id('document', at.key), ' (', ...place(at), ')']);
  const more = documents.length - shown.length;
  return [`${title} `, ...spansOf(joined(shown)), more === 0 ? '' : ` and ${more} more`];
}

function stepOf({ rankIncumbent, rankCandidate }: PageDocument): number {
  return Math.abs((rankIncumbent ?? 0) - (rankCandidate ?? 0));
}
