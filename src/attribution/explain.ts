import type { Attributed } from './attribute.ts';
import { evidenceOf, exactCosine } from './evidence.ts';
import { answerRows } from './replay/world.ts';
import { tellingMeasure } from './telling.ts';
import type { Component, DocumentEvidence, Measure } from './types.ts';
import { type CoalitionValues, minimalRepair, replayAll } from './value/coalition-values.ts';
import { shapley } from './value/shapley.ts';

/** One row of an answer: its exact cosine from the side's own vectors, and the score as it came. */
export interface ExplainedRow {
  readonly key: string;
  readonly cosine: number | null;
  readonly raw: number | null;
}

/** Why the answers to one query differ. */
export interface QueryExplanation {
  /** The measure of the headline. */
  readonly measure: Measure;
  readonly distance: number;
  readonly incumbent: readonly ExplainedRow[];
  readonly candidate: readonly ExplainedRow[];
  readonly moved: readonly DocumentEvidence[];
  /** φ of this query in that measure, greatest first; empty where no replay was accepted. */
  readonly shares: readonly { readonly component: Component; readonly phi: number }[];
  readonly repair: readonly Component[] | null;
}

/** Explains one query of an attribution; null where both sides did not answer it. */
export function explainQuery(
  { prepared, players, finding }: Attributed,
  queryId: string,
): QueryExplanation | null {
  const { context, world, input } = prepared;
  const query = context.queries.findIndex(({ id }) => id === queryId);
  const measure = tellingMeasure(finding.measures)?.measure ?? '1 − RBO';
  const measured = prepared.distances.get(measure);
  if (query === -1 || measured === undefined) return null;
  const distance = (a: readonly number[], b: readonly number[]): number => measured(query, a, b);
  const rowsOf = (side: 0 | 1): ExplainedRow[] => {
    const answer = input.sides[side === 0 ? 'incumbent' : 'candidate'].answers.get(queryId);
    return answerRows(world, answer).map((row, rank) => ({
      key: world.keys[row] ?? '',
      cosine: exactCosine(prepared, query, row, side),
      raw: answer?.scores[rank] ?? null,
    }));
  };
  const faithful = finding.status === 'explained';
  const lists = faithful ? replayAll(prepared, players, query) : [];
  const start = lists[0] ?? [];
  const end = lists[lists.length - 1] ?? [];
  const fromStart = Float64Array.from(lists, (list) => distance(start, list));
  const worth = Float64Array.from(
    lists,
    (list, set) => ((fromStart[set] ?? 0) + distance(start, end) - distance(list, end)) / 2,
  );
  const coalition: CoalitionValues = { value: worth, fromStart, byQuery: [] };
  const sides = input.sides;
  return {
    measure,
    distance: distance(
      answerRows(world, sides.incumbent.answers.get(queryId)),
      answerRows(world, sides.candidate.answers.get(queryId)),
    ),
    incumbent: rowsOf(0),
    candidate: rowsOf(1),
    moved: evidenceOf(prepared, players, query, faithful),
    shares: faithful
      ? shapley(worth, players.length)
          .map((phi, at) => ({ component: players[at] ?? ('membership' as const), phi }))
          .sort((a, b) => b.phi - a.phi)
      : [],
    repair: faithful ? (minimalRepair(coalition, players, 1e-9)?.components ?? null) : null,
  };
}
