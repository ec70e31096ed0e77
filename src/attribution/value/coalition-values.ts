import type { Prepared } from '../identify/prepare.ts';
import { type Choice, replay, wholly } from '../replay/replay.ts';
import type { Component, Measure } from '../types.ts';
import { bitCount, shapley } from './shapley.ts';

/** The worth of every set of the candidate's components, in one measure. */
export interface CoalitionValues {
  /** v(S) = ½[δ(R∅, R_S) + δ(R∅, R_N) − δ(R_S, R_N)], a weighted mean over queries. */
  readonly value: Float64Array;
  /** Weighted mean δ(R∅, R_S). */
  readonly fromStart: Float64Array;
  /** Shapley values of each query: queries × components. */
  readonly byQuery: readonly (readonly number[])[];
}

/** From which side each component is taken, where the set's bits name those of the candidate. */
export function choiceOf(set: number, players: readonly Component[]): Choice {
  const choice = { ...wholly(0) };
  for (const [bit, component] of players.entries()) {
    if ((set & (1 << bit)) === 0) continue;
    if (component === 'embedder') {
      choice['query-embedder'] = 1;
      choice['document-vectors'] = 1;
    } else choice[component] = 1;
  }
  return choice;
}

/** The replayed answers to one query for every set of components. */
export function replayAll(
  { context, models }: Prepared,
  players: readonly Component[],
  query: number,
): number[][] {
  const memo = new Map();
  return Array.from({ length: 2 ** players.length }, (_, set) =>
    replay({ context, models, choice: choiceOf(set, players), query, depth: context.k, memo }),
  );
}

/** Replays every set for every query and adds up what each is worth, in all measures at once. */
export function coalitionValues(
  prepared: Prepared,
  players: readonly Component[],
): Map<Measure, CoalitionValues> {
  const sets = 2 ** players.length;
  const { distances } = prepared;
  const { queries } = prepared.context;
  const coalitions = new Map(
    [...distances.keys()].map((measure) => [
      measure,
      {
        value: new Float64Array(sets),
        fromStart: new Float64Array(sets),
        byQuery: [] as number[][],
      },
    ]),
  );
  const total = queries.reduce((sum, { weight }) => sum + weight, 0);
  for (const [query, { weight }] of queries.entries()) {
    const lists = replayAll(prepared, players, query);
    const names = new Map<string, number>();
    const kinds = lists.map((list) => {
      const name = list.join(' ');
      const known = names.get(name);
      if (known !== undefined) return known;
      names.set(name, names.size);
      return names.size - 1;
    });
    for (const [measure, distance] of distances) {
      const coalition = coalitions.get(measure);
      if (coalition === undefined) continue;
      // Most sets give one of a few lists: each pair of lists is compared once.
      const toStart: number[] = [];
      const toEnd: number[] = [];
      const first = lists[0] ?? [];
      const last = lists[sets - 1] ?? [];
      const worth = new Float64Array(sets);
      for (const [set, list] of lists.entries()) {
        const kind = kinds[set] ?? 0;
        toStart[kind] ??= distance(query, first, list);
        toEnd[kind] ??= distance(query, list, last);
      }
      const across = toStart[kinds[sets - 1] ?? 0] ?? 0;
      for (let set = 0; set < sets; set++) {
        const kind = kinds[set] ?? 0;
        const near = toStart[kind] ?? 0;
        worth[set] = (near + across - (toEnd[kind] ?? 0)) / 2;
        coalition.value[set] = (coalition.value[set] ?? 0) + (weight / total) * (worth[set] ?? 0);
        coalition.fromStart[set] = (coalition.fromStart[set] ?? 0) + (weight / total) * near;
      }
      coalition.byQuery.push(shapley(worth, players.length));
    }
  }
  return coalitions;
}

/** The smallest set of components to revert until δ(R∅, ·) is at most the floor; the nearest of equally small ones. */
export function minimalRepair(
  coalition: CoalitionValues,
  players: readonly Component[],
  floor: number,
): { readonly components: readonly Component[]; readonly left: number } | null {
  const whole = 2 ** players.length - 1;
  let best: { set: number; left: number } | null = null;
  for (let set = 0; set <= whole; set++) {
    const left = coalition.fromStart[whole & ~set] ?? Number.POSITIVE_INFINITY;
    if (left > floor) continue;
    const smaller = best === null || bitCount(set) < bitCount(best.set);
    const nearer = best !== null && bitCount(set) === bitCount(best.set) && left < best.left;
    if (smaller || nearer) best = { set, left };
  }
  if (best === null) return null;
  const { set, left } = best;
  return { components: players.filter((_, bit) => (set & (1 << bit)) !== 0), left };
}
