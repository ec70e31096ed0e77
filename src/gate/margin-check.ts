import { nearestName } from '../config/nearest.ts';
import type { GatesConfig } from '../config/schema.ts';
import { counted } from '../counted.ts';
import { UsageError } from '../errors.ts';
import type { Cell } from '../record/types.ts';
import { narrowestMargin, needsIfIdentical } from '../stats/decisions/needs-to-decide.ts';
import { ALPHA } from '../stats/decisions/spent-alpha.ts';
import { needsInSequence } from './judge/sequential-gates.ts';
import { type MetricMargins, RECALL_DEPTHS } from './margins.ts';

/** What a run asks, or has asked, in numbers. */
export interface AskedNumbers {
  readonly cells: readonly AskedCell[];
  /** Needs of all operations together, the unit of the error gate; null where it is not known beforehand. */
  readonly needs: number | null;
  /** Whether the gates on quality are judged in sequence, which takes more needs to pass. */
  readonly sequential: boolean;
  /** Level of each gate; .05 where nothing is said. */
  readonly alpha?: number;
}

/** The needs of one operation. */
interface AskedCell {
  readonly cell: Cell;
  /** Depth of the lists. */
  readonly k: number;
  readonly needs: number;
  /** Needs by slice. */
  readonly slices: ReadonlyMap<string, number>;
}

/** One place of the configuration that holds margins, with the needs of each cell it applies to. */
interface Place {
  /** e.g. `gates.slices.typos`. */
  readonly path: string;
  readonly margins: MetricMargins | undefined;
  readonly needs: readonly { readonly cell: Cell; readonly k: number; readonly needs: number }[];
}

/** The keys that hold margins of quality, in the order in which problems are told. */
const QUALITY_KEYS = [
  'recall',
  'recall@1',
  'recall@5',
  'recall@10',
  'recall@k',
  'ndcg',
] as const satisfies readonly (keyof MetricMargins)[];

/** Counts the needs of planned queries, by cell and slice. */
export function countNeeds(
  cell: Cell,
  k: number,
  queries: readonly { readonly need: string; readonly slices: readonly string[] }[],
): AskedCell {
  const bySlice = new Map<string, Set<string>>();
  for (const { need, slices } of queries) {
    for (const slice of slices) {
      const needs = bySlice.get(slice);
      if (needs === undefined) bySlice.set(slice, new Set([need]));
      else needs.add(need);
    }
  }
  return {
    cell,
    k,
    needs: new Set(queries.map(({ need }) => need)).size,
    slices: new Map([...bySlice].map(([slice, needs]) => [slice, needs.size])),
  };
}

/**
 * Margins that somebody set and that no run of this size could ever pass, margins of depths that are not
 * measured, and slices and operations without queries: mistakes of the configuration, not results. Default
 * margins are not questioned, since few queries are `inconclusive`; nor are the sizes of a `--quick` look.
 */
export function marginProblems(
  asked: AskedNumbers,
  gates: GatesConfig,
  origins: ReadonlyMap<string, string>,
  quick: boolean,
): UsageError[] {
  const places = placesOf(asked, gates);
  const missing = places.flatMap((place) => missingQueries(place, asked));
  const others = places.flatMap(({ path, margins, needs }) =>
    QUALITY_KEYS.flatMap((metric) => {
      const key = `${path}.${metric}.margin`;
      const margin = margins?.[metric]?.margin;
      const origin = origins.get(key) ?? 'default';
      if (margin === undefined || origin === 'default') return [];
      const written = `${key} = ${margin} (${origin})`;
      return [
        ...depthProblems(metric, written, needs),
        ...(quick ? [] : reachProblems(margin, written, needs, asked)),
      ];
    }),
  );
  return [...missing, ...others, ...(quick ? [] : errorProblems(asked, gates, origins))];
}

function placesOf({ cells }: AskedNumbers, gates: GatesConfig): Place[] {
  const inSlice = (slice: string, of: readonly AskedCell[]) =>
    of.map(({ cell, k, slices }) => ({ cell, k, needs: slices.get(slice) ?? 0 }));
  const places: Place[] = [{ path: 'gates', margins: gates, needs: cells }];
  for (const [slice, margins] of Object.entries(gates.slices ?? {})) {
    places.push({ path: `gates.slices.${slice}`, margins, needs: inSlice(slice, cells) });
  }
  for (const name of ['search', 'retrieve'] as const) {
    const own = gates.cells?.[name];
    if (own === undefined) continue;
    const of = cells.filter(({ cell }) => cell === name);
    const path = `gates.cells.${name}`;
    places.push({ path, margins: own, needs: of });
    for (const [slice, margins] of Object.entries(own.slices ?? {})) {
      places.push({ path: `${path}.slices.${slice}`, margins, needs: inSlice(slice, of) });
    }
  }
  return places;
}

function missingQueries({ path, needs }: Place, { cells }: AskedNumbers): UsageError[] {
  if (path === 'gates' || needs.some((entry) => entry.needs > 0)) return [];
  const slice = /\.slices\.(.+)$/.exec(path)?.[1];
  if (slice === undefined) {
    return [
      new UsageError('gate-cell', `${path}: no query is asked of this operation`, {
        hint: `operations with queries: ${cells
          .filter((cell) => cell.needs > 0)
          .map(({ cell }) => cell)
          .join(', ')}`,
      }),
    ];
  }
  const known = [...new Set(cells.flatMap(({ slices }) => [...slices.keys()]))].sort();
  const near = nearestName(slice, known);
  return [
    new UsageError('gate-slice', `${path}: the corpus has no query in this slice`, {
      hint: `${near === null ? '' : `did you mean ${near}? `}slices with queries: ${known.join(', ') || 'none'}`,
    }),
  ];
}

function depthProblems(
  metric: (typeof QUALITY_KEYS)[number],
  written: string,
  needs: Place['needs'],
): UsageError[] {
  const depth = metric in RECALL_DEPTHS ? RECALL_DEPTHS[metric as keyof typeof RECALL_DEPTHS] : 0;
  const k = Math.max(0, ...needs.map((entry) => entry.k));
  if (depth <= k) return [];
  return [
    new UsageError(
      'gate-depth',
      `${written}: lists of ${counted(k, 'row')} have no recall@${depth}`,
      {
        hint: `ask for longer lists with --k ${depth}, or set recall@k`,
      },
    ),
  ];
}

function reachProblems(
  margin: number,
  written: string,
  needs: Place['needs'],
  { sequential, alpha = ALPHA }: AskedNumbers,
): UsageError[] {
  return needs.flatMap((entry) => {
    const least = sequential
      ? needsInSequence([], margin, alpha)
      : needsIfIdentical(margin, { alpha });
    if (entry.needs === 0 || (least !== null && entry.needs >= least)) return [];
    const how = sequential ? ' in sequence' : '';
    return [
      new UsageError(
        'gate-margin',
        `${written}: ${counted(entry.needs, 'need')} of ${entry.cell} can never show so little${how}; ${least ?? 'more than 200,000'} are needed`,
        {
          hint: sequential
            ? 'widen it, ask more needs, or leave --sequential out'
            : `widen it above ${narrowestMargin(entry.needs, { alpha }).toFixed(4)}, or ask more needs`,
        },
      ),
    ];
  });
}

function errorProblems(
  { needs, alpha = ALPHA }: AskedNumbers,
  gates: GatesConfig,
  origins: ReadonlyMap<string, string>,
): UsageError[] {
  const margin = gates.errors?.margin;
  const origin = origins.get('gates.errors.margin') ?? 'default';
  if (margin === undefined || origin === 'default' || needs === null) return [];
  if (needs === 0 || margin > narrowestMargin(needs, { alpha })) return [];
  return [
    new UsageError(
      'gate-margin',
      `gates.errors.margin = ${margin} (${origin}): ${counted(needs, 'need')} can never show so little; ${needsIfIdentical(margin, { alpha }) ?? '–'} are needed`,
      { hint: `widen it above ${narrowestMargin(needs, { alpha }).toFixed(5)}, or ask more needs` },
    ),
  ];
}
