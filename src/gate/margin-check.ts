import type { GatesConfig } from '../config/schema.ts';
import { UsageError } from '../errors.ts';
import { narrowestMargin, needsIfIdentical } from '../stats/decisions/needs-to-decide.ts';

/** The queries a run will ask, a cell at a time. */
interface Asked {
  readonly cells: readonly {
    readonly cell: string;
    readonly queries: readonly { readonly need: string; readonly slices: readonly string[] }[];
  }[];
}

/**
 * Margins that somebody set and that no run over these queries could ever pass, and slices that have no queries:
 * mistakes of the configuration, not results. Default margins are not questioned: few queries are `inconclusive`.
 */
export function marginProblems(
  plan: Asked,
  gates: GatesConfig,
  origins: ReadonlyMap<string, string>,
  quick: boolean,
): UsageError[] {
  const problems: UsageError[] = [];
  for (const slice of Object.keys(gates.slices ?? {})) {
    const known = [...new Set(plan.cells.flatMap((cell) => cell.queries.flatMap((q) => q.slices)))];
    if (!known.includes(slice)) {
      problems.push(
        new UsageError(
          'gate-slice',
          `gates.slices.${slice}: the corpus has no query in this slice`,
          {
            hint: `slices with queries: ${known.sort().join(', ')}`,
          },
        ),
      );
    }
  }
  if (quick) return problems;
  for (const [key, origin] of origins) {
    const match =
      /^gates\.(?:cells\.(\w+)\.|slices\.(.+)\.)?(recall|recall@\d+|ndcg)\.margin$/.exec(key);
    if (match === null || origin === 'default') continue;
    const margin = valueAt(gates, key.split('.').slice(1));
    if (margin === null) continue;
    for (const { cell, queries } of plan.cells) {
      if (match[1] !== undefined && match[1] !== cell) continue;
      const slice = match[2];
      const inside =
        slice === undefined ? queries : queries.filter((q) => q.slices.includes(slice));
      const needs = new Set(inside.map((query) => query.need)).size;
      if (needs > 0 && margin <= narrowestMargin(needs)) {
        problems.push(
          new UsageError(
            'gate-margin',
            `${key} = ${margin} (${origin}): ${needs} needs of ${cell} can never show so little; ${needsIfIdentical(margin)} are needed`,
            { hint: `widen it above ${narrowestMargin(needs).toFixed(4)}, or ask more needs` },
          ),
        );
      }
    }
  }
  return problems;
}

function valueAt(gates: GatesConfig, path: readonly string[]): number | null {
  let value: unknown = gates;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'number' ? value : null;
}
