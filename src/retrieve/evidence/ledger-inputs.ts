import { counted } from '../../counted.ts';
import type { GateKind } from '../../gate/gate-kind.ts';
import type { StoredVerdict } from '../../gate/stored-verdict.ts';
import { type GateResult, isOpen } from '../../gate/verdict.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import type { LedgerInput } from '../../logs/ledger/row.ts';
import type { RunManifest } from '../../record/run/manifest.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { readStoredRun, type StoredRun } from '../record/stored-run.ts';

/** Gates that would answer otherwise at another effort. */
const RESTS_ON_EFFORT: ReadonlySet<GateKind['type']> = new Set([
  'quality',
  'floor',
  'equal recall',
  'agreement',
  'scores',
  'latency',
]);

/** The claims of a stored run, one for each pair of endpoints that it compared. */
export async function ledgerInputsOfRun(run: RunReader): Promise<LedgerInput[]> {
  return ledgerInputs(await readStoredRun(run));
}

/** The same from what was read already. */
export function ledgerInputs({ manifest, findings, verdict }: StoredRun): LedgerInput[] {
  const isEffortSet = findings.equalRecall !== undefined;
  const asked = askedOtherwise(manifest);
  return findings.cells.map(({ cell, incumbentPath, candidatePath, needs }) => {
    // What is said of the whole run (census, errors) holds for each of its endpoints.
    const gates = verdict.gates.filter(
      (gate) =>
        gate.gated &&
        (gate.cell === cell || gate.cell === 'all') &&
        !(isEffortSet && RESTS_ON_EFFORT.has(gate.kind.type)),
    );
    const claimed = verdictOf(gates, verdict, manifest);
    return {
      endpoint: cell,
      date: manifest.createdAt.slice(0, 10),
      incumbentPath,
      candidatePath,
      // In use both sides are asked with other efforts than those that equal recall has set.
      verdict: isEffortSet && claimed === 'pass' ? 'inconclusive' : claimed,
      notes: [
        counted(needs, 'need'),
        `k = ${findings.k}`,
        ...(asked?.sharedEmbedder === true ? ['by vectors of one embedder'] : []),
        ...(isEffortSet ? ['at equal recall: clears nothing'] : []),
      ].join(', '),
      evidence: {
        gates: gates.map(evidenceGate),
        hashes: evidenceOfManifest(manifest),
        ...(asked === null ? {} : { asked }),
      },
      runId: manifest.id,
      runLink: null,
    };
  });
}

/** How a run asked where clients ask otherwise; null where it asked as they do. */
function askedOtherwise({
  config,
}: RunManifest): NonNullable<LedgerInput['evidence']['asked']> | null {
  const { embed, model } = Object(config) as Readonly<Record<string, unknown>>;
  const named = typeof model === 'string' ? model : null;
  return typeof embed === 'string' || named !== null
    ? { sharedEmbedder: typeof embed === 'string', model: named }
    : null;
}

/** An endpoint has its own verdict: another one that fails in the same run is no evidence against it. */
function verdictOf(
  gates: readonly GateResult[],
  { verdict }: StoredVerdict,
  { status }: RunManifest,
): LedgerInput['verdict'] {
  if (verdict === 'environment unfit' || status !== 'complete') return 'inconclusive';
  if (gates.some(({ state }) => state === 'fail')) return 'fail';
  return gates.length === 0 || gates.some(isOpen) ? 'inconclusive' : 'pass';
}

function evidenceGate(gate: GateResult): LedgerInput['evidence']['gates'][number] {
  const { name, slice, unit, n, margin, mean, lower, upper, state } = gate;
  return {
    metric: slice === null ? name : `${name} in ${slice}`,
    unit,
    n,
    margin,
    mean,
    lower,
    upper,
    state,
  };
}
