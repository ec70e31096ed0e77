import { firstDivergentRank } from '../../metrics/ranking/first-divergent-rank.ts';
import { rankBiasedOverlap } from '../../metrics/ranking/rbo.ts';
import { setAgreementAtK } from '../../metrics/ranking/set-agreement.ts';
import { tieGroups } from '../../metrics/ranking/tie-groups.ts';
import { top1Agreement } from '../../metrics/ranking/top1-agreement.ts';
import { kendallTau } from '../../metrics/scores/kendall-tau.ts';
import { ARMS_OF, sideOfArm } from '../../record/side-of-arm.ts';
import type { Arm } from '../../record/types.ts';
import type { AgreementFinding, ExcessFinding } from '../findings.ts';
import type { Answer, QueryAnswers } from './answers.ts';
import { averageByNeed, meanOf } from './by-need.ts';
import { figure } from './quality.ts';
import { type References, rowsDue, showNothing } from './query-metrics.ts';

/** Each side's own score noise: scores nearer than this are one tie group of its list. */
export interface ScoreNoise {
  readonly incumbent: number | null;
  readonly candidate: number | null;
}

/**
 * Agreement of A with B, of A with A′ and of B with B′, over queries answered by both arms. Two answers without a row
 * agree where truth has no document for the query; where it has, they show no agreement and are left out and counted.
 */
export function agreementFindings(
  answers: readonly QueryAnswers[],
  k: number,
  noise: ScoreNoise,
  references: References,
): AgreementFinding[] {
  const compared = { answers, k, noise, references };
  return [
    agreementOf({ ...compared, pair: 'A·B', one: 'A', other: 'B' }),
    agreementOf({ ...compared, pair: 'A·A′', one: 'A', other: 'A2' }),
    agreementOf({ ...compared, pair: 'B·B′', one: 'B', other: 'B2' }),
  ];
}

/** Answers of two arms, compared to rank k. */
interface ComparedArms {
  readonly pair: AgreementFinding['pair'];
  readonly answers: readonly QueryAnswers[];
  readonly one: Arm;
  readonly other: Arm;
  readonly k: number;
  readonly noise: ScoreNoise;
  readonly references: References;
}

function agreementOf(compared: ComparedArms): AgreementFinding {
  const { pair, answers, one, other, k, noise, references } = compared;
  let withoutRows = 0;
  const both = answers.flatMap(({ query, arms }) => {
    const [a, b] = [arms[one], arms[other]];
    if (a?.keys == null || b?.keys == null) return [];
    if (showNothing(a.keys, b.keys, references(query.id), k)) {
      withoutRows += 1;
      return [];
    }
    return [{ a: a.keys, b: b.keys, rbo: overlapByRank(a, b, k, noise), tau: tau(a, b, k) }];
  });
  const sets = both.map(({ a, b }) => setAgreementAtK(a, b, k));
  const top1 = top1Agreement(
    both.map(({ a }) => a[0] ?? null),
    both.map(({ b }) => b[0] ?? null),
  );
  const divergent = new Map<number, number>();
  let identical = 0;
  for (const { a, b } of both) {
    const rank = firstDivergentRank(a, b, k);
    if (rank === null) identical += 1;
    else divergent.set(rank, (divergent.get(rank) ?? 0) + 1);
  }
  return {
    pair,
    n: both.length,
    ...(withoutRows === 0 ? {} : { withoutRows }),
    overlap: meanOf(sets.map((entry) => entry.overlapMax)),
    jaccard: meanOf(sets.map((entry) => entry.jaccard)),
    rbo: meanOf(both.map((entry) => entry.rbo.ext)),
    rboResidual: meanOf(both.map((entry) => entry.rbo.res)),
    kendallTauB: meanOf(both.map((entry) => entry.tau)),
    top1: {
      agree: top1.agree,
      n: top1.n,
      rate: top1.rate,
      lower: top1.wilson?.lower ?? null,
      upper: top1.wilson?.upper ?? null,
    },
    identical,
    firstDivergentRank: Object.fromEntries([...divergent].sort(([a], [b]) => a - b)),
  };
}

/** Rank-biased overlap at p = 1 − 1/k, tie groups by each side's own score noise. */
function overlapByRank(a: Answer, b: Answer, k: number, noise: ScoreNoise) {
  return rankBiasedOverlap(groups(a, k, noise), groups(b, k, noise), 1 - 1 / k);
}

function groups(answer: Answer, k: number, noise: ScoreNoise): string[][] {
  const { arm, similarities } = answer.observation;
  const epsilon = noise[sideOfArm(arm)] ?? 0;
  return tieGroups((answer.keys ?? []).slice(0, k), similarities, epsilon);
}

/** τ-b of the two orders of the common documents. */
function tau(a: Answer, b: Answer, k: number): number | null {
  const rankInB = new Map((b.keys ?? []).slice(0, k).map((key, rank) => [key, rank]));
  const x: number[] = [];
  const y: number[] = [];
  for (const [rank, key] of (a.keys ?? []).slice(0, k).entries()) {
    const other = rankInB.get(key);
    if (other === undefined) continue;
    x.push(rank);
    y.push(other);
  }
  return kendallTau(x, y).tauB;
}

/**
 * Disagreement across the sides above the noise floor, a need at a time:
 * x = ¼ Σ δ(A·, B·) − ½ [δ(A, A′) + δ(B, B′)], whose mean is zero when the two sides are alike. Queries of which the
 * incumbent gave no row though there are documents to find are left out: its silence can be held against nobody.
 */
export function excessFindings(
  answers: readonly QueryAnswers[],
  k: number,
  noise: ScoreNoise,
  references: References,
): ExcessFinding[] {
  const given = answers.filter(
    ({ query, arms }) =>
      rowsDue(references(query.id), k) === 0 ||
      ARMS_OF.incumbent.every((arm) => arms[arm]?.keys?.length !== 0),
  );
  const measures = [
    {
      measure: '1 − overlap' as const,
      distance: (a: Answer, b: Answer) =>
        1 - setAgreementAtK(a.keys ?? [], b.keys ?? [], k).overlapMax,
    },
    {
      measure: '1 − RBO' as const,
      distance: (a: Answer, b: Answer) => 1 - overlapByRank(a, b, k, noise).ext,
    },
  ];
  return measures.map(({ measure, distance }) => {
    const values = given.map(({ query, arms }) => ({
      need: query.need,
      value: excess(arms, distance),
    }));
    const { mean, n, lower, upper } = figure(averageByNeed(values), -1, 0);
    return { measure, mean, n, lower, upper };
  });
}

function excess(
  arms: QueryAnswers['arms'],
  distance: (a: Answer, b: Answer) => number,
): number | null {
  const { A, A2, B, B2 } = arms;
  if (A?.keys == null || A2?.keys == null || B?.keys == null || B2?.keys == null) return null;
  const across = distance(A, B) + distance(A, B2) + distance(A2, B) + distance(A2, B2);
  return across / 4 - (distance(A, A2) + distance(B, B2)) / 2;
}
