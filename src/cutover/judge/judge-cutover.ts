import { EXIT_OF, type GateState, type JudgedGate, type Verdict } from '../../gate/verdict.ts';
import type { CutoverCheck, CutoverProperty } from '../find/check.ts';
import type { CutoverFindings } from '../find/findings.ts';

/** The property that a check looks at. */
export interface CutoverGateKind {
  readonly type: 'cutover';
  readonly property: CutoverProperty;
}

/** One check; estimate and bounds are relative, of the p95 with and without load on the candidate. */
export type CutoverGate = JudgedGate<CutoverGateKind>;

/** What the answer turns on. */
export type CutoverReason =
  | { readonly type: 'gate'; readonly gate: CutoverGate }
  /** Nothing proves the property. */
  | { readonly type: 'unproved'; readonly property: CutoverProperty }
  /** Not everything was looked at. */
  | { readonly type: 'interrupted' };

/** The answer about one frontend; a gap is one sentence about something that could not be looked at. */
export type CutoverVerdict = Verdict<CutoverReason, string, CutoverGate> & {
  readonly state: GateState;
};

/**
 * Passes only where each property has been proved, no gated check fails or stays open, and everything was
 * looked at; what could not be looked at within a proved property is named in the findings.
 */
export function judgeCutover(
  { checks, unproved, notVerified }: CutoverFindings,
  isComplete = true,
): CutoverVerdict {
  const gates = checks.flatMap(gateOfCheck);
  const gated = gates.filter((gate) => gate.gated);
  const failed = gated.filter(({ state }) => state === 'fail');
  const open = gated.filter(({ state }) => state === 'inconclusive');
  const isOpen = !isComplete || unproved.length > 0 || open.length > 0;
  const state = failed.length > 0 ? 'fail' : isOpen ? 'inconclusive' : 'pass';
  return {
    schema: 1,
    state,
    exitCode: EXIT_OF[state],
    reasons: [
      ...(state === 'fail' ? failed : open).map((gate) => ({ type: 'gate' as const, gate })),
      ...unproved.map((property) => ({ type: 'unproved' as const, property })),
      ...(isComplete ? [] : [{ type: 'interrupted' as const }]),
    ],
    notVerified,
    remarks: [],
    gates,
  };
}

/** What was not looked at is no claim. */
function gateOfCheck({ property, name, state, gated, ...check }: CutoverCheck): CutoverGate[] {
  if (state === 'not verified') return [];
  const { n, unit, detail, ratio } = check;
  const relative = (value: number | null | undefined) => (value == null ? null : value - 1);
  return [
    {
      name: `${property}, ${name}`,
      kind: { type: 'cutover', property },
      unit,
      n,
      margin: ratio?.margin ?? null,
      mean: relative(ratio?.ratio),
      lower: relative(ratio?.lower),
      upper: relative(ratio?.upper),
      state,
      gated,
      reason: detail,
    },
  ];
}
