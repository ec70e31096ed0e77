import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import type { Cell, Side } from '../../record/types.ts';
import { whyUnsupported } from '../../wire/call.ts';
import { type Pair, requestFor } from '../ask.ts';
import type { RunPlan } from '../plan.ts';

/** Queries of an operation that are not asked, since a side cannot express them. */
export interface UnaskedQueries {
  readonly cell: Cell;
  readonly side: Side;
  /** E.g. `/vectors/search takes no filter`. */
  readonly why: string;
  readonly queries: number;
}

/**
 * A plan without the queries that one of the sides cannot express, and what was left out. Known from the
 * capabilities, before anything is sent.
 * @throws UsageError where nothing of an operation is left.
 */
export function askablePlan(
  plan: RunPlan,
  pair: Pair,
): { readonly plan: RunPlan; readonly leftOut: readonly UnaskedQueries[] } {
  const leftOut: UnaskedQueries[] = [];
  const refused = new Set<string>();
  for (const { cell, queries } of plan.cells) {
    for (const side of ['incumbent', 'candidate'] as const) {
      const reasons = new Map<string, number>();
      for (const query of queries) {
        const request = requestFor(cell, query, { k: 1, model: null });
        const why = whyUnsupported(pair[side].capabilities, cell, request);
        if (why === null) continue;
        reasons.set(why, (reasons.get(why) ?? 0) + 1);
        refused.add(`${cell} ${query.id}`);
      }
      for (const [why, count] of reasons) leftOut.push({ cell, side, why, queries: count });
    }
    if (queries.length > 0 && queries.every(({ id }) => refused.has(`${cell} ${id}`))) {
      throw nothingLeft(cell, queries.length, leftOut, pair);
    }
  }
  if (leftOut.length === 0) return { plan, leftOut };
  const isAsked = (cell: Cell) => (query: { readonly id: string }) =>
    !refused.has(`${cell} ${query.id}`);
  const within = <Part extends { readonly cell: Cell; readonly queries: RunPlan['queries'] }>(
    parts: readonly Part[],
  ): Part[] =>
    parts
      .map((part) => ({ ...part, queries: part.queries.filter(isAsked(part.cell)) }))
      .filter(({ queries }) => queries.length > 0);
  const cells = within(plan.cells);
  const kept = new Set(cells.flatMap(({ queries }) => queries.map(({ id }) => id)));
  return {
    leftOut,
    plan: {
      queries: plan.queries.filter(({ id }) => kept.has(id)),
      cells,
      quality: within(plan.quality),
      latency: within(plan.latency),
      throughput: within(plan.throughput),
    },
  };
}

/** One line about what was left out. */
export function leftOutLine({ cell, side, why, queries }: UnaskedQueries): string {
  return `${cell}: ${counted(queries, 'query is', 'queries are')} not asked: ${side}: ${why}`;
}

function nothingLeft(
  cell: Cell,
  count: number,
  leftOut: readonly UnaskedQueries[],
  pair: Pair,
): UsageError {
  const reasons = leftOut
    .filter((entry) => entry.cell === cell)
    .map(({ side, why }) => `${side} ${pair[side].label}: ${why}`);
  return new UsageError(
    'nothing-to-ask',
    `${cell}: none of ${counted(count, 'query', 'queries')} can be asked: ${reasons.join('; ')}`,
    {
      hint: `leave the operation out, e.g. operations: ['${cell === 'search' ? 'retrieve' : 'search'}']`,
    },
  );
}
