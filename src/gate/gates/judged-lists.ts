import { isSameMetric, judgedAt, type Metric, ndcgAt } from '../../metrics/metric.ts';
import type { CellFinding } from '../../parity/findings.ts';
import { signFlipTest } from '../../stats/decisions/sign-flip.ts';
import type { JudgedClaim } from '../verdict.ts';

/** Difference of the sides' judged shares from which nDCG says who was judged rather than who is good. */
const APART = 0.01;

/**
 * A claim on nDCG where judgments are the truth. It stands only where both sides' lists are judged alike: a document
 * that nobody judged counts as a miss, so that new documents lose by being new. Otherwise nDCG over judged documents
 * alone is told beside it. The sign-flip p is of the paired differences.
 */
export function heldToJudgments(
  claim: JudgedClaim,
  metric: Metric,
  cell: CellFinding,
): JudgedClaim {
  const { k, quality } = cell;
  if (!isSameMetric(metric, ndcgAt(k))) return claim;
  const find = (wanted: Metric) => quality.find((found) => isSameMetric(found.metric, wanted));
  const { share, ndcg } = judgedAt(k);
  const [shares, condensed, own] = [find(share), find(ndcg), find(metric)];
  const p = signFlipTest(own?.differences ?? []).pTwoSided;
  const told = p === null ? '' : `; sign-flip p ${p.toFixed(3)}`;
  const [a, b] = [shares?.incumbent.mean ?? null, shares?.candidate.mean ?? null];
  if (a === null || b === null || Math.abs(a - b) < APART) {
    return { ...claim, reason: `${claim.reason}${told}` };
  }
  const beside = condensed?.delta.mean ?? null;
  return {
    ...claim,
    state: 'inconclusive',
    parity: false,
    decidesAt: null,
    p: null,
    reason: `judged@${k} is ${a.toFixed(3)} and ${b.toFixed(3)}: what nobody judged counts as a miss, so nDCG does not decide; over judged documents alone it differs by ${beside === null ? 'nothing defined' : beside.toFixed(4)}${told}`,
  };
}
