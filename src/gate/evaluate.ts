import type { GatesConfig } from '../config/schema.ts';
import type { Findings } from '../parity/findings.ts';
import { ALPHA, alphaOfNextLook, type Look } from '../stats/decisions/spent-alpha.ts';
import { incumbentErrorGates, incumbentRowGates } from './environment/incumbent-error-gate.ts';
import { gapsOf } from './gaps.ts';
import { agreementGates } from './gates/agreement-gate.ts';
import { censusGates } from './gates/census-gate.ts';
import { contractCeilingGates } from './gates/contract-ceiling-gate.ts';
import { contractGates } from './gates/contract-gate.ts';
import { embeddingGates } from './gates/embedding-gate.ts';
import { atEqualRecall, equalRecallGates } from './gates/equal-recall-gate.ts';
import { errorGate } from './gates/error-gate.ts';
import { floorGates } from './gates/floor-gates.ts';
import { latencyGates } from './gates/latency-gate.ts';
import { noiseGates, qualityGates } from './gates/quality-gates.ts';
import { scoreGates } from './gates/score-gate.ts';
import { withHolm } from './holm.ts';
import { isOff } from './margins.ts';
import type { OwnGates } from './own/own-gate.ts';
import { remarksOn } from './remarks.ts';
import { byTelling } from './sentence.ts';
import { buildGates } from './stores/build-gates.ts';
import { listingGates } from './stores/listing-gates.ts';
import { EXIT_OF, type GateResult, isOpen, type Verdict, type VerdictState } from './verdict.ts';

/** What a judgment knows beside the findings and the margins. */
export interface JudgeOptions {
  /** Which look at the question it is; absent or null where looks are not counted: each gate then has α = .05. */
  readonly look?: Look | null | undefined;
  /** Whether the needs that would decide are projected; default true. */
  readonly isProjected?: boolean;
  /** Claims that the package does not make. */
  readonly own?: readonly OwnGates[];
}

/**
 * Judges findings: every gated claim passes, fails or is inconclusive; `pass` needs all of them, one `fail` is enough.
 * A gate that does not block (latency under its default margin) may stay open under a pass.
 * Where the incumbent differs from itself by more than a margin, or is unwell, nothing is said about the candidate.
 */
export function evaluateGates(
  findings: Findings,
  gates: GatesConfig,
  { look = null, isProjected = true, own = [] }: JudgeOptions = {},
): Verdict {
  const alpha = look?.alpha ?? ALPHA;
  const levels = { alpha, nextAlpha: alphaOfNextLook(look), isProjected };
  const incumbent = incumbentErrorGates(findings, gates);
  const environment = [...incumbent, ...noiseGates(findings, gates)];
  const unfit = environment.filter((gate) => gate.state === 'fail');
  const judged = [
    ...incumbent.filter((gate) => gate.state === 'inconclusive'),
    ...incumbentRowGates(findings, gates).filter((gate) => gate.state === 'inconclusive'),
    ...listingGates(findings),
    ...censusGates(findings),
    ...embeddingGates(findings, gates),
    ...qualityGates(findings, gates, levels),
    ...buildGates(findings, gates),
    ...floorGates(findings, gates),
    ...agreementGates(findings, gates),
    ...scoreGates(findings, gates),
    ...(isOff(gates, 'errors') ? [] : [errorGate(findings, gates, levels)]),
    ...(isOff(gates, 'contract') ? [] : contractGates(findings, gates, alpha)),
    ...contractCeilingGates(findings, gates),
    ...latencyGates(findings, gates),
    ...equalRecallGates(findings),
    ...own.flatMap((claims) => claims(findings, gates)),
  ];
  const results = withHolm(atEqualRecall(judged, findings), alpha);
  const gated = results.filter((gate) => gate.gated);
  const state = stateOf(unfit, gated, findings.complete);
  return {
    schema: 1,
    state,
    exitCode: EXIT_OF[state],
    ...(look === null ? {} : { look }),
    reasons: [
      ...deciding(state, unfit, gated).map((gate) => ({ type: 'gate' as const, gate })),
      ...(findings.complete ? [] : [{ type: 'interrupted' as const }]),
      ...findings.cells.flatMap(({ cell, needs, queries, planned }) =>
        planned === undefined
          ? []
          : [{ type: 'sequence' as const, cell, asked: { needs, queries }, planned }],
      ),
    ],
    notVerified: gapsOf(findings, gates, alpha),
    remarks: remarksOn(findings),
    gates: [...unfit, ...results],
  };
}

function stateOf(
  unfit: readonly GateResult[],
  gated: readonly GateResult[],
  isComplete: boolean,
): VerdictState {
  if (unfit.length > 0) return 'environment unfit';
  if (gated.some(({ state }) => state === 'fail')) return 'fail';
  return gated.some(isOpen) || !isComplete ? 'inconclusive' : 'pass';
}

/** The gates that a state turns on; under a pass, those that stay open without blocking it. */
function deciding(
  verdict: VerdictState,
  unfit: readonly GateResult[],
  gated: readonly GateResult[],
): GateResult[] {
  if (verdict === 'environment unfit') return byTelling(unfit);
  if (verdict === 'fail') return byTelling(gated.filter(({ state }) => state === 'fail'));
  return byTelling(
    gated.filter((gate) =>
      verdict === 'inconclusive' ? isOpen(gate) : gate.state === 'inconclusive',
    ),
  );
}
