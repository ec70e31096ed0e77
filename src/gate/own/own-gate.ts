import type { GatesConfig } from '../../config/schema.ts';
import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type JudgedGate, UNTESTED } from '../verdict.ts';

/** Makes claims that the package does not make, from what was found; they count as the package's own do. */
export type OwnGates = (findings: Findings, gates: GatesConfig) => readonly GateResult[];

/** What a claim of one's own says; left out: of all operations, decided, and gated. */
export interface OwnClaim
  extends Pick<
    JudgedGate,
    'name' | 'n' | 'margin' | 'mean' | 'lower' | 'upper' | 'state' | 'reason'
  > {
  readonly unit: GateResult['unit'];
  readonly cell?: GateResult['cell'];
  readonly gated?: boolean;
}

/** One claim of one's own as a result. */
export function ownGate({ name, cell = 'all', gated = true, ...claim }: OwnClaim): GateResult {
  return {
    ...gateOf({ type: 'own', name }),
    ...UNTESTED,
    cell,
    slice: null,
    gated,
    regressed: claim.upper !== null && claim.upper < 0,
    parity: false,
    ...claim,
  };
}
