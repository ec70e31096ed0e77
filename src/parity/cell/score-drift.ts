import { scoreDriftOfPairs } from '../../metrics/scores/score-drift.ts';
import { quantileInverseCdf } from '../../stats/quantiles.ts';
import type { ScoreDriftFinding } from '../findings.ts';
import type { ScoreNoise } from './agreement.ts';
import type { Answer, QueryAnswers } from './answers.ts';

/** 99th percentile of |s − s′| over the documents that both arms of one side returned. */
export function scoreNoise(answers: readonly QueryAnswers[]): ScoreNoise {
  const epsilon = (one: 'A' | 'B', other: 'A2' | 'B2'): number | null => {
    const gaps = answers
      .flatMap(({ arms }) => matchedScores(arms[one], arms[other]))
      .map(([a, b]) => Math.abs(a - b));
    return quantileInverseCdf(gaps, 0.99);
  };
  return { incumbent: epsilon('A', 'A2'), candidate: epsilon('B', 'B2') };
}

/** How the candidate's similarities differ from the incumbent's on the documents both returned. */
export function scoreDriftFinding(
  answers: readonly QueryAnswers[],
  noise: ScoreNoise,
): ScoreDriftFinding {
  const pairs = answers.flatMap(({ arms }) => matchedScores(arms.A, arms.B));
  const drift = scoreDriftOfPairs(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  return {
    nCommon: drift.nCommon,
    maxAbs: drift.maxAbs,
    meanSigned: drift.meanSigned,
    rmse: drift.rmse,
    pearson: drift.pearson,
    slope: drift.slope,
    intercept: drift.intercept,
    epsilonIncumbent: noise.incumbent,
    epsilonCandidate: noise.candidate,
  };
}

/** Scores of the documents both returned; a repeated document counts where it stands first. */
function matchedScores(a: Answer | undefined, b: Answer | undefined): [number, number][] {
  if (a === undefined || b === undefined) return [];
  const inB = firstScores(b);
  return [...firstScores(a)].flatMap(([key, x]): [number, number][] => {
    const y = inB.get(key);
    return y === undefined ? [] : [[x, y]];
  });
}

function firstScores(answer: Answer): Map<string, number> {
  const scores = new Map<string, number>();
  for (const [rank, key] of (answer.keys ?? []).entries()) {
    const score = answer.observation.similarities[rank];
    // What came without a score has none to compare.
    if (score !== undefined && Number.isFinite(score) && !scores.has(key)) scores.set(key, score);
  }
  return scores;
}
