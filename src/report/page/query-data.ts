import { plainLine, shortened } from '../../plain-text.ts';
import type { PageData, PageDocument, PageQuery } from './page-data.ts';

/** Characters that all queries may take without their lists; those that differ least are left out beyond. */
const QUERIES_BUDGET = 400_000;
/** Characters that queries and lists may take together; lists of queries that differ least are left out beyond. */
const LISTS_BUDGET = 620_000;
/** Characters that texts of documents may take. */
const TEXTS_BUDGET = 60_000;
const TEXT_LENGTH = 110;
const QUERY_LENGTH = 160;
const ID_LENGTH = 200;
/** Digits kept of cosines and scores: they are whole numbers of 10⁻⁹. */
const SCALE = 1e9;

/** What the script of a page reads: arrays by position, since names would take most of the room. */
export interface QueryData {
  readonly keys: readonly string[];
  /** Texts of documents by their place in `keys`; empty where it is not shown. */
  readonly texts: readonly string[];
  readonly cells: readonly CellData[];
}

interface CellData {
  readonly cell: string;
  readonly metrics: readonly string[];
  readonly queries: readonly (readonly unknown[])[];
  /** Queries that are left out. */
  readonly left: number;
}

/** Packs the queries for the script, those that differ most first. */
export function queryData({ cells, texts }: PageData): QueryData {
  const places = new Map<string, number>();
  const placeOf = (key: string): number => {
    const known = places.get(key) ?? places.size;
    places.set(key, known);
    return known;
  };
  const left = { texts: TEXTS_BUDGET };
  const bare = cells.map(({ queries }) =>
    within(QUERIES_BUDGET / cells.length, queries, (query) => packedQuery(query, 0)),
  );
  const room = (LISTS_BUDGET - JSON.stringify(bare).length) / Math.max(1, cells.length);
  const packed = cells.map(({ cell, metrics, queries }, at): CellData => {
    const shown = queries.slice(0, bare[at]?.length ?? 0);
    const lists = within(room, shown, ({ documents }) =>
      documents.map((document) => packedDocument(document, placeOf)),
    );
    return {
      cell,
      metrics,
      queries: shown.map((query, index) => packedQuery(query, lists[index] ?? 0)),
      left: queries.length - shown.length,
    };
  });
  const shown = [...places.keys()].map((key) => {
    const text = texts.get(key);
    if (text === undefined || left.texts <= 0) return '';
    const short = shortened(plainLine(text), TEXT_LENGTH);
    left.texts -= short.length;
    return short;
  });
  return { keys: [...places.keys()].map(line), texts: shown, cells: packed };
}

/** What becomes of the first items, as many as fit. */
function within<Item, Packed>(
  budget: number,
  items: readonly Item[],
  pack: (item: Item) => Packed,
): Packed[] {
  const packed: Packed[] = [];
  let left = budget;
  for (const item of items) {
    if (left <= 0) break;
    const made = pack(item);
    left -= JSON.stringify(made).length;
    packed.push(made);
  }
  return packed;
}

function packedQuery(query: PageQuery, lists: unknown): readonly unknown[] {
  const { incumbent, candidate } = query.values;
  const isSame = incumbent.every((value, at) => value === candidate[at]);
  const { failures } = query;
  return [
    line(query.id),
    shortened(plainLine(query.text), QUERY_LENGTH),
    query.slices.map(line),
    query.difference,
    query.firstDivergentRank ?? 0,
    query.cause ?? '',
    incumbent.map(rounded),
    isSame ? 0 : candidate.map(rounded),
    Number(query.distance.toFixed(4)),
    lists,
    query.collections.map(line).join(', '),
    query.filter === null ? 0 : shortened(plainLine(query.filter), QUERY_LENGTH),
    failures.incumbent === null && failures.candidate === null
      ? 0
      : [failures.incumbent, failures.candidate].map((why) =>
          why === null ? 0 : shortened(plainLine(why), QUERY_LENGTH),
        ),
    query.repair ?? 0,
  ];
}

/** Place of the key, ranks in the three lists, the cosine, then what is seldom there: zeros at the end are left off. */
function packedDocument(at: PageDocument, placeOf: (key: string) => number): unknown[] {
  const cosine = fixed(at.cosineIncumbent);
  const other = fixed(at.cosineCandidate);
  const row: unknown[] = [
    placeOf(at.key),
    at.rankTruth ?? 0,
    at.rankIncumbent ?? 0,
    at.rankCandidate ?? 0,
    cosine ?? '',
    apart(fixed(at.scoreIncumbent), cosine),
    apart(fixed(at.scoreCandidate), cosine),
    apart(other, cosine),
    at.grade ?? '',
    at.movedBy ?? 0,
  ];
  while (row.at(-1) === 0) row.pop();
  return row;
}

/** A score as its difference from the cosine, mostly a few digits; '' where there is none. */
function apart(value: number | null, cosine: number | null): number | '' {
  return value === null ? '' : value - (cosine ?? 0);
}

function fixed(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Math.round(value * SCALE);
}

function rounded(value: number | null): number | '' {
  return value === null ? '' : Number(value.toFixed(4));
}

function line(text: string): string {
  return shortened(plainLine(text), ID_LENGTH);
}
