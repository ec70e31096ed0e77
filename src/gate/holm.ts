import { counted } from '../counted.ts';
import { holmAdjusted } from '../stats/decisions/multiple-comparisons.ts';
import { ALPHA } from '../stats/decisions/spent-alpha.ts';
import type { GateResult, Verdict, VerdictState } from './verdict.ts';

/**
 * Holm's adjustment over the gated claims that rest on a test. A failure whose adjusted p exceeds α is one of many
 * looks and no failure: it becomes inconclusive, and `regressed` stays. A failure without a p was counted and not
 * sampled, and stands.
 */
export function withHolm(results: readonly GateResult[], alpha = ALPHA): GateResult[] {
  const gated = results.filter((gate) => gate.gated && isTested(gate));
  const adjusted = holmAdjusted(gated.map((gate) => gate.p ?? 1));
  const byGate = new Map(gated.map((gate, index) => [gate, adjusted[index] ?? null]));
  return results.map((gate) => {
    const pHolm = byGate.get(gate) ?? null;
    if (gate.p === null || pHolm === null) return gate;
    if (gate.state !== 'fail' || pHolm <= alpha) return { ...gate, pHolm };
    return {
      ...gate,
      pHolm,
      state: 'inconclusive',
      reason: `${gate.reason}, which is not certain over ${counted(gated.length, 'gate')} (Holm p ${pHolm.toFixed(3)})`,
    };
  });
}

/** Whether a gate of this kind carries a p where it fails. */
function isTested({ kind }: GateResult): boolean {
  return kind.type === 'quality' || kind.type === 'errors' || kind.type === 'contract';
}

/** What is left of the verdict on one of several candidates. */
export interface CandidateVerdict {
  readonly state: VerdictState;
  readonly gates: readonly GateResult[];
}

/**
 * Holm's adjustment over the tested gates of all candidates together, in their order. A failure that rests on a test
 * and does not hold after it is inconclusive; one that was counted stands.
 */
export function holmOverCandidates(
  verdicts: readonly Pick<Verdict, 'state' | 'gates' | 'look'>[],
): CandidateVerdict[] {
  const tested = verdicts.flatMap(({ gates }) =>
    gates.filter((gate) => gate.gated && isTested(gate)),
  );
  const adjusted = holmAdjusted(tested.map(({ p }) => p ?? 1));
  const byGate = new Map(tested.map((gate, at) => [gate, adjusted[at] ?? 1]));
  return verdicts.map(({ state, gates, look }) => {
    const alpha = look?.alpha ?? ALPHA;
    const held = gates.map((gate): GateResult => {
      const pHolm = byGate.get(gate);
      if (pHolm === undefined || gate.p === null) return gate;
      if (gate.state !== 'fail' || pHolm <= alpha) return { ...gate, pHolm };
      const why = `not certain over ${counted(verdicts.length, 'candidate')} (Holm p ${pHolm.toFixed(3)})`;
      return { ...gate, pHolm, state: 'inconclusive', reason: `${gate.reason}, which is ${why}` };
    });
    const isFailed = held.some((gate) => gate.gated && gate.state === 'fail');
    return { state: state === 'fail' && !isFailed ? 'inconclusive' : state, gates: held };
  });
}
