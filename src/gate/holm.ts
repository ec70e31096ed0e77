import { holmAdjusted } from '../stats/decisions/multiple-comparisons.ts';
import { ALPHA } from '../stats/decisions/spent-alpha.ts';
import type { GateResult } from './verdict.ts';

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
      reason: `${gate.reason}, which is not certain over ${gated.length} gates (Holm p ${pHolm.toFixed(3)})`,
    };
  });
}

/** Whether a gate of this kind carries a p where it fails. */
function isTested({ kind }: GateResult): boolean {
  return kind.type === 'quality' || kind.type === 'errors' || kind.type === 'contract';
}
