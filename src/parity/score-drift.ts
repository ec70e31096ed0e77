import { scoreDriftOfPairs } from '../metrics/scores/score-drift.ts';
import type { ScoreNoise } from './agreement.ts';
import type { Answer, QueryAnswers } from './answers.ts';
import type { ScoreDriftFinding } from './findings.ts';

/** 99th percentile of |s − s′| over the documents that both arms of one side returned. */
export function scoreNoise(answers: readonly QueryAnswers[]): ScoreNoise {
  const epsilon = (one: 'A' | 'B', other: 'A2' | 'B2'): number | null => {
    const gaps = answers
      .flatMap(({ arms }) => matchedScores(arms[one], arms[other]))
      .map(([a, b]) => Math.abs(a - b))
      .sort((a, b) => a - b);
    return gaps.length === 0 ? null : (gaps[Math.ceil(gaps.length * 0.99) - 1] ?? null);
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

function matchedScores(a: Answer | undefined, b: Answer | undefined): [number, number][] {
  if (a?.keys == null || b?.keys == null) return [];
  const scoreInB = new Map(b.keys.map((key, rank) => [key, b.observation.similarities[rank]]));
  return a.keys.flatMap((key, rank): [number, number][] => {
    const x = a.observation.similarities[rank];
    const y = scoreInB.get(key);
    return x === undefined || y === undefined ? [] : [[x, y]];
  });
}
