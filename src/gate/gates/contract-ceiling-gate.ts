import type { GatesConfig } from '../../config/schema.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';
import { narrowestMargin } from '../../stats/decisions/needs-to-decide.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/**
 * Largest share of its answers that the candidate may break the contract in, kind by kind and by itself, where one is
 * configured (`gates.contract.max`): what the incumbent breaks as often excuses nothing. Judged by one-sided bounds
 * of the mean over needs; kinds that are declared with a reason are left out.
 */
export function contractCeilingGates(
  findings: Pick<Findings, 'cells'>,
  gates: GatesConfig,
): GateResult[] {
  const most = gates.contract?.max;
  if (most === undefined) return [];
  const declared = new Set((gates.contract?.declared ?? []).map(({ kind }) => kind));
  return findings.cells.map((cell) => ceilingGate(cell, most, declared));
}

function ceilingGate(
  { cell, contract, needs }: CellFinding,
  most: number,
  declared: ReadonlySet<string>,
): GateResult {
  const shares = contract.flatMap(({ kind, candidateShare }) =>
    declared.has(kind) || candidateShare === undefined ? [] : [{ kind, share: candidateShare }],
  );
  const worst = shares.toSorted((a, b) => (b.share.mean ?? 0) - (a.share.mean ?? 0))[0];
  // A kind that nobody breaks has this bound.
  const none = needs === 0 ? 1 : narrowestMargin(needs);
  const mean = worst?.share.mean ?? 0;
  const lower = worst?.share.lower ?? 0;
  const upper = Math.max(none, worst?.share.upper ?? 0);
  const state: GateState = lower > most ? 'fail' : upper <= most ? 'pass' : 'inconclusive';
  const told =
    worst === undefined || mean === 0
      ? 'no answer of the candidate breaks it'
      : `${worst.kind} in ${(mean * 100).toFixed(2)}% of the candidate's answers`;
  return {
    ...gateOf({ type: 'contract ceiling' }),
    cell,
    slice: null,
    unit: 'needs',
    n: worst?.share.n ?? needs,
    margin: most,
    mean,
    lower,
    upper,
    state,
    regressed: false,
    parity: false,
    ...UNTESTED,
    gated: true,
    reason: `${told}, at most ${Number((most * 100).toPrecision(3))}% is wanted`,
  };
}
