import type { EqualRecallFinding, Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, UNTESTED } from '../verdict.ts';

/** Whether both sides were compared at equal recall; empty where that was not asked for. */
export function equalRecallGates({ equalRecall }: Pick<Findings, 'equalRecall'>): GateResult[] {
  if (equalRecall === undefined) return [];
  const { difference, tolerance, cell, state } = equalRecall;
  const isEqual = state === 'equal' && isReached(equalRecall);
  return [
    {
      ...gateOf({ type: 'equal recall' }),
      cell,
      slice: null,
      unit: 'needs',
      n: difference.n,
      margin: tolerance,
      mean: difference.mean,
      lower: difference.lower,
      upper: difference.upper,
      // It is what the other figures rest on, and no fault of the candidate.
      state: isEqual ? 'pass' : 'inconclusive',
      regressed: false,
      parity: isEqual,
      ...UNTESTED,
      gated: true,
      reason: reasonOf(equalRecall),
    },
  ];
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
 * Gates of a comparison at equal recall: recall was set, so that gates on quality are shown and decide nothing, and a
 * ratio of latency counts only where recall is equal.
 */
export function atEqualRecall(
  gates: readonly GateResult[],
  { equalRecall }: Pick<Findings, 'equalRecall'>,
): GateResult[] {
  if (equalRecall === undefined) return [...gates];
  const isEqual = equalRecall.state === 'equal' && isReached(equalRecall);
  return gates.map((gate) => {
    if (gate.kind.type === 'quality') return { ...gate, gated: false };
    if (gate.kind.type !== 'latency' || !gate.gated) return gate;
    const { blocking: _, ...blocking } = gate;
    if (isEqual) return blocking;
    return {
      ...blocking,
      state: 'inconclusive',
      decidesAt: null,
      reason: `not compared at equal recall (${gate.reason})`,
    };
  });
}
