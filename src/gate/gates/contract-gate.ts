import type { GatesConfig } from '../../config/schema.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import type { GateResult } from '../verdict.ts';

/** A kind of violation that the candidate has and the incumbent has not fails, unless it is declared with a reason. */
export function contractGates(findings: Findings, gates: GatesConfig): GateResult[] {
  const declared = new Map(
    (gates.contract?.declared ?? []).map((entry) => [entry.kind, entry.reason]),
  );
  return findings.cells.map((cell) => contractGate(cell, declared));
}

function contractGate(cell: CellFinding, declared: ReadonlyMap<string, string>): GateResult {
  const incumbentKinds = new Set(
    cell.violations.filter((entry) => entry.side === 'incumbent').map((entry) => entry.kind),
  );
  const own = cell.violations.filter(
    (entry) => entry.side === 'candidate' && !incumbentKinds.has(entry.kind),
  );
  const broken = own.filter((entry) => !declared.has(entry.kind));
  const excused = own.filter((entry) => declared.has(entry.kind));
  const answers = cell.failures.find((entry) => entry.side === 'candidate')?.requests ?? 0;
  const reasons = [
    ...broken.map((entry) => `${entry.kind} in ${entry.count} of ${entry.of} answers`),
    ...excused.map((entry) => `${entry.kind} declared: ${declared.get(entry.kind) ?? ''}`),
  ];
  return {
    ...gateOf({ type: 'contract' }),
    cell: cell.cell,
    slice: null,
    unit: 'requests',
    n: answers,
    margin: null,
    mean: null,
    lower: null,
    upper: null,
    state: broken.length > 0 ? 'fail' : answers === 0 ? 'inconclusive' : 'pass',
    regressed: broken.length > 0,
    parity: false,
    minimalDetectableEffect: null,
    decidesAt: null,
    p: null,
    pHolm: null,
    gated: true,
    reason: reasons.length === 0 ? 'no violation that the incumbent lacks' : reasons.join('; '),
  };
}
