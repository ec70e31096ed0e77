import type { GatesConfig } from '../config/schema.ts';
import type { CellFinding, Findings } from '../parity/findings.ts';
import { needsIfIdentical } from '../stats/decisions/needs-to-decide.ts';
import type { RetrieveGap } from './gap.ts';
import { isEmbeddingCompared } from './gates/embedding-gate.ts';
import { unjudgedGates } from './gates/quality-gates.ts';
import { loadOnlyKeys } from './margins.ts';
import { LEAST_REBUILDS } from './stores/build-gates.ts';

/** Operations this suite could compare and a run of retrieval does not, by what people call them. */
const OTHERS = ['sql', 'storage', 'chat', 'ingest'];
const RETRIEVAL = ['search', 'retrieve'];
/** The margin that a slice must be able to show: the default of recall. */
const SLICE_MARGIN = 0.005;

/** All that a verdict about findings says nothing about at the level α, in the order of the report. */
export function gapsOf(findings: Findings, gates: GatesConfig, alpha: number): RetrieveGap[] {
  const { cells, census, listing, builds, latency, complete, equalRecall, leftOut = [] } = findings;
  const keys = loadOnlyKeys(gates);
  const untold = RETRIEVAL.filter((name) => cells.every(({ cell }) => cell !== name));
  const only = <Gap>(is: boolean, gap: Gap): Gap[] => (is ? [gap] : []);
  return [
    ...(gates.off ?? []).map((key) => ({ type: 'gate off' as const, key })),
    ...unjudgedGates(findings, gates).map((gate) => ({ type: 'no judgments' as const, ...gate })),
    ...only(equalRecall !== undefined, { type: 'efforts in use' as const }),
    ...only(gates.generatedJudgments === true, { type: 'generated judgments' as const }),
    ...only(findings.truth.source === 'judgments', { type: 'exact neighbours' as const }),
    ...cells.flatMap((cell) => [
      ...smallSlices(cell, gates, alpha),
      ...only(cell.filteredQueries === 0, { type: 'filters' as const, cell: cell.cell }),
    ]),
    ...leftOut.map((entry) => ({ type: 'unasked queries' as const, ...entry })),
    { type: 'operations', operations: [...untold, ...OTHERS] },
    ...only(!isEmbeddingCompared(findings), { type: 'embeddings' as const }),
    ...only(latency.length === 0, { type: 'latency' as const }),
    { type: 'payloads' },
    ...only(listing?.between == null, { type: 'stored vectors' as const }),
    ...only((builds?.[0]?.builds.length ?? 1) <= LEAST_REBUILDS, { type: 'other builds' as const }),
    ...only(!isListed(listing) && census.some((side) => side.asked < side.documents), {
      type: 'unsampled documents' as const,
    }),
    ...cells.flatMap(({ cell, needs, planned }) =>
      planned === undefined || needs >= planned.needs
        ? []
        : [{ type: 'needs not asked' as const, cell, needs: planned.needs - needs }],
    ),
    ...only(!complete, { type: 'interrupted' as const }),
    ...only(keys.length > 0, { type: 'under load' as const, keys }),
  ];
}

/** Whether both stores were listed to their end. */
function isListed(listing: Findings['listing']): boolean {
  return listing?.incumbent.state === 'complete' && listing.candidate.state === 'complete';
}

/** Slices that are too small for the default margin and have no margin of their own, by which they are judged. */
function smallSlices(
  { cell, slices }: CellFinding,
  gates: GatesConfig,
  alpha: number,
): RetrieveGap[] {
  const leastNeeds = needsIfIdentical(SLICE_MARGIN, { alpha }) ?? 0;
  const judged = { ...gates.slices, ...gates.cells?.[cell]?.slices };
  const small = slices.filter(
    ({ slice, needs }) => needs < leastNeeds && !Object.hasOwn(judged, slice),
  );
  return small.length === 0
    ? []
    : [
        {
          type: 'small slices',
          cell,
          slices: small.map(({ slice, needs }) => ({ slice, needs })),
          leastNeeds,
        },
      ];
}
