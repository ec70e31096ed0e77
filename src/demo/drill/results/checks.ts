import { driftLine } from '../../../drift/find/compare.ts';
import type { DriftVerdict } from '../../../drift/judge/judge-drift.ts';
import type { BenchError } from '../../../errors.ts';
import type { GateKind } from '../../../gate/gate-kind.ts';
import { type LoadGate, objectiveKey } from '../../../gate/load/load-gate.ts';
import type { GateResult, Verdict } from '../../../gate/verdict.ts';
import type { CellFinding, Findings } from '../../../parity/findings.ts';
import type { Effect, FailedCheck } from './rows.ts';

/** What each kind of violation of a ranked list observes beside the contract itself. */
const VIOLATIONS: Readonly<Record<string, readonly Effect[]>> = {
  'duplicate-id': ['contract', 'ranking'],
  'too-many': ['contract', 'ranking'],
  short: ['contract', 'ranking'],
  'non-monotone': ['contract', 'score'],
  'unknown-id': ['contract', 'ranking'],
  'filtered-out': ['contract', 'ranking'],
};

/** What each kind of gate observes; that of the contract and of errors depends on what was found. */
const OBSERVED: Readonly<Record<GateKind['type'], readonly Effect[]>> = {
  quality: ['ranking'],
  agreement: ['ranking'],
  membership: ['ranking'],
  scores: ['score'],
  embedding: ['ranking'],
  floor: ['ranking'],
  latency: ['latency'],
  noise: [],
  'incumbent errors': [],
  'incumbent rows': [],
  'equal recall': [],
  builds: ['ranking'],
  listing: ['ranking'],
  'stored vectors': ['ranking'],
  contract: [],
  'contract ceiling': ['contract'],
  errors: [],
  own: [],
};

/** Changed fields that are kept of each kind of change. */
const DRIFT_EXAMPLES = 3;

/** What an outcome other than an answer observes. */
function observedBy(outcome: string): Effect[] {
  return outcome === 'timeout' ? ['latency', 'contract'] : ['wire', 'contract'];
}

/** The gated checks of a verdict on retrieval that failed, with what each of them observes. */
export function failedGates(verdict: Verdict, findings: Findings): FailedCheck[] {
  return verdict.gates
    .filter(({ gated, state }) => gated && state === 'fail')
    .flatMap((gate) => checksOf(gate, findings));
}

function checksOf(gate: GateResult, findings: Findings): FailedCheck[] {
  const { name, kind, reason } = gate;
  const cell = findings.cells.find((entry) => entry.cell === gate.cell);
  if (kind.type === 'contract' && cell !== undefined) {
    return violationsOf(cell).map((violation) => ({
      check: `contract: ${violation}`,
      observes: [...(VIOLATIONS[violation] ?? ['contract'])],
      reason,
    }));
  }
  if (kind.type === 'errors') {
    const outcomes = findings.cells.flatMap(({ failures }) =>
      failures.flatMap(({ side, byOutcome }) =>
        side === 'candidate' ? Object.keys(byOutcome) : [],
      ),
    );
    return [{ check: name, observes: [...new Set(outcomes.flatMap(observedBy))], reason }];
  }
  return [{ check: name, observes: [...OBSERVED[kind.type]], reason }];
}

/** Kinds of violation that the candidate has and the incumbent has not. */
function violationsOf({ violations }: CellFinding): string[] {
  const of = (side: string) =>
    violations.flatMap((entry) => (entry.side === side ? [entry.kind] : []));
  const known = new Set(of('incumbent'));
  return of('candidate').filter((kind) => !known.has(kind));
}

/** The objectives of a load that were missed. */
export function missedObjectives(gates: readonly LoadGate[]): FailedCheck[] {
  return gates
    .filter(({ gated, state }) => gated && state === 'fail')
    .map(({ kind, reason }) => ({
      check: `load: ${objectiveKey(kind) ?? kind.type}`,
      observes: kind.type === 'errors' ? ['wire', 'contract', 'latency'] : ['latency'],
      reason,
    }));
}

/** Differences of the responses that are new or have vanished, a few of each. */
export function changedDrift({
  fresh,
  vanished,
}: Pick<DriftVerdict, 'fresh' | 'vanished'>): FailedCheck[] {
  const kinds = [
    ['new', fresh],
    ['vanished', vanished],
  ] as const;
  return kinds.flatMap(([kind, rows]) =>
    rows.slice(0, DRIFT_EXAMPLES).map((row) => ({
      check: `drift: ${kind}`,
      observes: ['wire' as const],
      reason: driftLine(row),
    })),
  );
}

/**
 * The check that refused to measure: an error that names the candidate and how its request ended. Null where the
 * reason lies elsewhere, so that nothing was found out about the candidate.
 */
export function refusal(error: BenchError, candidateUrl: string): FailedCheck | null {
  const { side, outcome } = error.context;
  if (side !== 'candidate' || typeof outcome !== 'string') return null;
  return {
    check: 'preflight',
    observes: observedBy(outcome),
    // Ports differ from run to run and say nothing.
    reason: error.message.replaceAll(candidateUrl, ''),
  };
}
