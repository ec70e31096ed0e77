import { isSameMetric, recallAt } from '../../metrics/metric.ts';
import type { CellFinding, EqualRecallFinding, Findings } from '../../parity/findings.ts';
import type { Cell } from '../../record/types.ts';
import { gateOf } from '../gate-kind.ts';
import { judgeClaims } from '../judge/judge-claims.ts';
import { type GateResult, UNTESTED } from '../verdict.ts';

/**
 * Whether both sides were compared at equal recall: in the operation whose recall was set by the needs that efforts
 * were not tried on, in every other one, which was asked with the same efforts, by all of its needs. Empty where that
 * was not asked for.
 */
export function equalRecallGates({
  equalRecall,
  cells,
}: Pick<Findings, 'equalRecall' | 'cells'>): GateResult[] {
  if (equalRecall === undefined) return [];
  return [
    setCellGate(equalRecall),
    ...cells.flatMap((found) =>
      found.cell === equalRecall.cell ? [] : [otherCellGate(found, equalRecall)],
    ),
  ];
}

function setCellGate(equalRecall: EqualRecallFinding): GateResult {
  const { difference, tolerance, cell, state } = equalRecall;
  const isEqual = state === 'equal' && isReached(equalRecall);
  return gateFor(cell, tolerance, difference, isEqual, reasonOf(equalRecall));
}

function otherCellGate(
  { cell, k, quality }: CellFinding,
  { cell: setCell, tolerance }: EqualRecallFinding,
): GateResult {
  const finding = quality.find(({ metric }) => isSameMetric(metric, recallAt(k)));
  const claim = judgeClaims(finding ?? NOTHING, tolerance, { isProjected: false });
  const isEqual = claim.state === 'pass' && claim.parity;
  const { incumbent, candidate } = finding ?? {};
  const both = `${fixed(incumbent?.mean ?? null)} and ${fixed(candidate?.mean ?? null)} at the efforts that were set for ${setCell}`;
  const isApart = Math.abs(claim.mean ?? 0) >= tolerance;
  const how = isEqual
    ? `equal within ${tolerance}`
    : `not shown to be equal within ${tolerance}${isApart ? `, and ${Math.abs(claim.mean ?? 0).toFixed(4)} apart` : ''}`;
  return gateFor(cell, tolerance, claim, isEqual, `${both}: ${how}`);
}

const NOTHING = { differences: [], answeredDifferences: null };

function gateFor(
  cell: Cell,
  margin: number,
  { n, mean, lower, upper }: Pick<GateResult, 'n' | 'mean' | 'lower' | 'upper'>,
  isEqual: boolean,
  reason: string,
): GateResult {
  return {
    ...gateOf({ type: 'equal recall' }),
    cell,
    slice: null,
    unit: 'needs',
    n,
    margin,
    mean,
    lower,
    upper,
    // It is what the other figures rest on, and no fault of the candidate.
    state: isEqual ? 'pass' : 'inconclusive',
    regressed: false,
    parity: isEqual,
    ...UNTESTED,
    gated: true,
    reason,
  };
}

function isReached({ incumbent, candidate }: EqualRecallFinding): boolean {
  return incumbent.isEnough && candidate.isEnough;
}

function reasonOf(finding: EqualRecallFinding): string {
  const { target, k, incumbent, candidate, state, tolerance } = finding;
  const short = (['incumbent', 'candidate'] as const).filter((side) => !finding[side].isEnough);
  const recall = `recall@${k} of ${target.toFixed(4)}`;
  if (short.length > 0) return `no effort of the ${short.join(' and the ')} reaches ${recall}`;
  const both = `${fixed(incumbent.recall.mean)} and ${fixed(candidate.recall.mean)} on needs that efforts were not tried on`;
  switch (state) {
    case 'equal':
      return `${both}: equal within ${tolerance}`;
    case 'unequal':
      return `${both}: apart by more than ${tolerance}`;
    case 'not shown':
      return `${both}: not shown to be equal within ${tolerance}`;
  }
}

function fixed(value: number | null): string {
  return value?.toFixed(4) ?? '–';
}

/**
 * Gates of a comparison at equal recall. Recall at the depth of the lists is held equal by a gate of its own, and is
 * shown beside it. Another metric counts where it is surely worse by more than recalls may differ, a slice by the margin
 * that somebody set for it. They and the ratios of latency tell of the candidate only where recall is equal: otherwise
 * they are open, since the efforts were set by the run.
 */
export function atEqualRecall(
  gates: readonly GateResult[],
  { equalRecall, cells }: Pick<Findings, 'equalRecall' | 'cells'>,
): GateResult[] {
  if (equalRecall === undefined) return [...gates];
  const depths = new Map(cells.map(({ cell, k }) => [cell as GateResult['cell'], k]));
  const isEqualIn = (cell: GateResult['cell']) =>
    gates.some((gate) => gate.kind.type === 'equal recall' && gate.cell === cell && gate.parity);
  return gates.map((gate) => {
    const { kind, cell, slice, state, upper } = gate;
    if (kind.type === 'quality') {
      const isSet = isSameMetric(kind.metric, recallAt(depths.get(cell) ?? equalRecall.k));
      const isWorse = state === 'fail' && upper !== null && upper <= -equalRecall.tolerance;
      if (slice === null && (isSet || !isWorse)) return { ...gate, gated: false };
      return state !== 'fail' || isEqualIn(cell) ? gate : notCompared(gate);
    }
    if (kind.type !== 'latency' || !gate.gated) return gate;
    const { blocking: _, ...blocking } = gate;
    return isEqualIn(cell) ? blocking : notCompared(blocking);
  });
}

function notCompared(gate: GateResult): GateResult {
  return {
    ...gate,
    state: 'inconclusive',
    decidesAt: null,
    reason: `not compared at equal recall (${gate.reason})`,
  };
}
