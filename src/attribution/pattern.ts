import { wordsIn } from './fit/words.ts';
import type { AttributionQuery } from './types.ts';

/** What the queries that nothing explains have in common, as far as one property separates them from the others. */
export interface QueryPattern {
  /** The property, to follow "queries that", e.g. `carry a filter`. */
  readonly property: string;
  /** Affected queries that have it, of all affected ones; the same of the others. */
  readonly affected: { readonly with: number; readonly of: number };
  readonly others: { readonly with: number; readonly of: number };
}

/** What is looked at of a query, or of one answer to it. */
export type PatternRow = Pick<
  AttributionQuery,
  'text' | 'collections' | 'filter' | 'slices' | 'askedMs'
> & {
  /** Whether its side had not been asked it before; absent where that says nothing. */
  readonly firstTouch?: boolean;
};

/** Affected queries, and others, below which nothing is said. */
const LEAST = 5;
/** Share of the affected that must have the property beyond the share of the others (Youden's J). */
const SEPARATES = 0.5;
/** What a plainer property must not be beaten by: a threshold fits a little of any noise. */
const MORE = 0.05;
/** Thresholds that are tried of a length or a time. */
const THRESHOLDS = 12;
/** Characters that two texts begin with alike to share a beginning. */
const BEGINNING = 16;

interface Property {
  readonly name: string;
  readonly has: (query: PatternRow) => boolean;
}

/**
 * The property that separates affected queries best from the others: a filter, several collections, a slice, words
 * that no document holds, a beginning that other queries share, the length, the time. A hint and no cause.
 *
 * @param words every word of the documents, in lower case; null where they are not known
 */
export function patternOf(
  queries: readonly PatternRow[],
  affected: ReadonlySet<number>,
  words: ReadonlySet<string> | null,
): QueryPattern | null {
  const inside = queries.filter((_, at) => affected.has(at));
  const outside = queries.filter((_, at) => !affected.has(at));
  if (inside.length < LEAST || outside.length < LEAST) return null;
  let best: QueryPattern | null = null;
  let most = SEPARATES;
  for (const { name, has } of propertiesOf(queries, words)) {
    const [a, b] = [inside.filter(has).length, outside.filter(has).length];
    const separation = a / inside.length - b / outside.length;
    if (separation < most) continue;
    most = separation + MORE;
    best = {
      property: name,
      affected: { with: a, of: inside.length },
      others: { with: b, of: outside.length },
    };
  }
  return best;
}

/** The pattern as a clause; `what` is what it is about, in the plural. */
export function describePattern(
  { property, affected, others }: QueryPattern,
  what = 'affected queries',
): string {
  return `hint, not a cause: ${affected.with} of ${affected.of} ${what} ${property}, and ${others.with} of ${others.of} others`;
}

function* propertiesOf(
  queries: readonly PatternRow[],
  words: ReadonlySet<string> | null,
): Generator<Property> {
  yield { name: 'were asked for the first time', has: ({ firstTouch }) => firstTouch === true };
  yield { name: 'had been asked before', has: ({ firstTouch }) => firstTouch === false };
  yield { name: 'carry a filter', has: ({ filter }) => filter !== null };
  yield { name: 'go to several collections', has: ({ collections }) => collections.length > 1 };
  for (const name of new Set(queries.flatMap(({ collections }) => collections))) {
    yield { name: `go to ${name}`, has: ({ collections }) => collections.includes(name) };
  }
  for (const slice of new Set(queries.flatMap(({ slices }) => slices ?? []))) {
    yield {
      name: `are of the slice ${slice}`,
      has: ({ slices }) => slices?.includes(slice) === true,
    };
  }
  if (words !== null) {
    yield {
      name: 'hold a word that no document holds (a typo, say)',
      has: ({ text }) => wordsIn(text).some((word) => !words.has(word)),
    };
  }
  const beginnings = new Map<string, number>();
  for (const { text } of queries) {
    const start = text.slice(0, BEGINNING);
    beginnings.set(start, (beginnings.get(start) ?? 0) + 1);
  }
  yield {
    name: `begin with the same ${BEGINNING} characters as another query`,
    has: ({ text }) => (beginnings.get(text.slice(0, BEGINNING)) ?? 0) > 1,
  };
  yield* aboveOrBelow(queries, ({ text }) => text.length, {
    above: (value) => `are longer than ${value} characters`,
    below: (value) => `are at most ${value} characters long`,
  });
  const first = Math.min(...queries.map(({ askedMs }) => askedMs ?? Number.POSITIVE_INFINITY));
  yield* aboveOrBelow(queries, ({ askedMs }) => (askedMs ?? first) - first, {
    above: (value) => `were asked more than ${(value / 1000).toFixed(1)} s after the first`,
    below: (value) => `were asked in the first ${(value / 1000).toFixed(1)} s`,
  });
}

function* aboveOrBelow(
  queries: readonly PatternRow[],
  measured: (query: PatternRow) => number,
  names: { readonly above: (value: number) => string; readonly below: (value: number) => string },
): Generator<Property> {
  const values = queries
    .map(measured)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const tried = new Set(
    Array.from(
      { length: THRESHOLDS },
      (_, at) => values[Math.floor(((at + 1) * values.length) / (THRESHOLDS + 1))] ?? 0,
    ),
  );
  for (const threshold of tried) {
    yield { name: names.above(threshold), has: (query) => measured(query) > threshold };
    yield { name: names.below(threshold), has: (query) => measured(query) <= threshold };
  }
}
