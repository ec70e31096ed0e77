import { isSameMetric, recallAt } from '../../metrics/metric.ts';
import { ARMS_OF } from '../../record/side-of-arm.ts';
import type { Arm } from '../../record/types.ts';
import type { SliceFinding } from '../findings.ts';
import type { QueryAnswers } from './answers.ts';
import { type QueryScores, servedByNeed } from './by-need.ts';
import { qualityFinding } from './quality.ts';
import type { MetricScores } from './query-metrics.ts';

/**
 * Every slice's quality, in order of name; `scores` holds each metric's scores of the same queries, `order` the
 * needs as they were asked where the run may stop early.
 */
export function sliceFindings(
  answers: readonly QueryAnswers[],
  scores: readonly MetricScores[],
  k: number,
  order: readonly string[] | null,
): SliceFinding[] {
  const names = [...new Set(answers.flatMap((entry) => entry.query.slices))].sort();
  return names.map((slice) => {
    const inside = new Set(
      answers.filter((entry) => entry.query.slices.includes(slice)).map((entry) => entry.query.id),
    );
    const part = scores.map(({ metric, scores: all }) => ({
      metric,
      scores: all.filter((entry) => inside.has(entry.queryId)),
    }));
    const atK = part.find(({ metric }) => isSameMetric(metric, recallAt(k)))?.scores ?? [];
    return {
      slice,
      needs: new Set(atK.map((entry) => entry.need)).size,
      queries: inside.size,
      quality: part.map((entry) => qualityFinding(entry, order)),
      worstDecileIncumbent: worstDecile(atK, ARMS_OF.incumbent),
      worstDecileCandidate: worstDecile(atK, ARMS_OF.candidate),
    };
  });
}

/** Mean of the lowest tenth of the needs, at least one; null where there is none. */
function worstDecile(scores: readonly QueryScores[], arms: readonly Arm[]): number | null {
  const byNeed = servedByNeed(scores, arms).sort((a, b) => a - b);
  const worst = byNeed.slice(0, Math.max(1, Math.floor(byNeed.length / 10)));
  return worst.length === 0 ? null : worst.reduce((sum, value) => sum + value, 0) / worst.length;
}
