import { type Metric, ndcgAt, recallAt } from '../../../src/metrics/metric.ts';
import {
  averageByNeed,
  differencesByNeed,
  NOISE_PAIRS,
  type QueryScores,
  SIDE_PAIRS,
} from '../../../src/parity/cell/by-need.ts';
import type {
  CellFinding,
  Findings,
  MeanFigure,
  QualityFinding,
} from '../../../src/parity/findings.ts';
import type { Arm } from '../../../src/record/types.ts';

/** What one need showed: recall of each arm's answer by metric, null where the request failed; arms that violate. */
export interface DrawnNeed {
  /** Recall of each metric, in the order of `METRICS`, of the incumbent's and of the candidate's answers. */
  readonly incumbent: readonly number[];
  readonly candidate: readonly number[];
  readonly failed: readonly Arm[];
  readonly violates: readonly Arm[];
}

/** The gated metrics of a simulated run. */
export const METRICS: readonly Metric[] = [recallAt(1), recallAt(5), recallAt(10), ndcgAt(10)];

const ARMS: readonly Arm[] = ['A', 'A2', 'B', 'B2'];
const NO_FIGURE: MeanFigure = { mean: null, n: 0, undefinedCount: 0, lower: null, upper: null };

/** The findings of a run of one operation whose needs have one query each; what no gate reads is left empty. */
export function drawnFindings(needs: readonly DrawnNeed[]): Findings {
  const n = needs.length;
  const cell: CellFinding = {
    cell: 'retrieve',
    incumbentPath: '/a',
    candidatePath: '/b',
    queries: n,
    needs: n,
    filteredQueries: 0,
    k: 10,
    quality: METRICS.map((metric, at) => qualityOf(needs, metric, at)),
    slices: [],
    agreement: [],
    excess: [],
    scoreDrift: {
      ...{ nCommon: 0, maxAbs: null, meanSigned: null, rmse: null, pearson: null },
      ...{ slope: null, intercept: null, epsilonIncumbent: null, epsilonCandidate: null },
    },
    violations: [],
    contract: contractOf(needs),
    failures: (['incumbent', 'candidate'] as const).map((side) => ({
      side,
      requests: 2 * n,
      failed: 0,
      byOutcome: {},
      examples: [],
    })),
  };
  return {
    schema: 1,
    k: 10,
    corpus: { name: 'drawn', documents: n, queries: n, needs: n },
    complete: true,
    truth: { queries: n, documents: n, lint: [] },
    reference: [],
    embedding: {
      ...{ texts: 0, missing: { incumbent: 0, candidate: 0 }, comparable: true },
      ...{ dimensionIncumbent: 1, dimensionCandidate: 1, cosineMin: null, cosineMean: null },
      ...{ atLeast: 0, cosineThreshold: 1, alike: 0, alikeThreshold: 1, normRatioMin: null },
      ...{ normRatioMedian: null, normRatioMax: null, maxAbs: null, maxUlp: null, bitEqual: 0 },
      ...{ bitEqualNormalised: 0, zeroVectors: 0, worst: [] },
    },
    census: [],
    cells: [cell],
    errors: errorsOf(needs),
    latency: [],
    throughput: [],
  };
}

function qualityOf(needs: readonly DrawnNeed[], metric: Metric, at: number): QualityFinding {
  const scores = needs.map((drawn, need): QueryScores => {
    const value = (arm: Arm): number =>
      drawn.failed.includes(arm)
        ? 0
        : ((arm.startsWith('A') ? drawn.incumbent : drawn.candidate)[at] ?? 0);
    return {
      queryId: String(need),
      need: String(need).padStart(6, '0'),
      cluster: null,
      served: Object.fromEntries(ARMS.map((arm) => [arm, value(arm)])),
      answered: Object.fromEntries(ARMS.map((arm) => [arm, !drawn.failed.includes(arm)])),
    };
  });
  return {
    metric,
    incumbent: NO_FIGURE,
    candidate: NO_FIGURE,
    answeredIncumbent: null,
    answeredCandidate: null,
    delta: NO_FIGURE,
    differences: differencesByNeed(scores, SIDE_PAIRS, 'served'),
    answeredDifferences: needs.some(({ failed }) => failed.length > 0)
      ? differencesByNeed(scores, SIDE_PAIRS, 'level')
      : null,
    noiseDifferences: differencesByNeed(scores, NOISE_PAIRS, 'answered'),
    sequence: null,
    answeredSequence: null,
    clusters: null,
  };
}

function contractOf(needs: readonly DrawnNeed[]): CellFinding['contract'] {
  const total = (side: 'A' | 'B') =>
    needs.reduce(
      (sum, { violates }) => sum + violates.filter((arm) => arm.startsWith(side)).length,
      0,
    );
  if (total('A') + total('B') === 0) return [];
  const share = ({ violates }: DrawnNeed, side: 'A' | 'B') =>
    violates.filter((arm) => arm.startsWith(side)).length / 2;
  return [
    {
      kind: 'duplicate-id',
      incumbent: total('A'),
      candidate: total('B'),
      differences: needs.map((need) => share(need, 'A') - share(need, 'B')),
      repeated: needs.flatMap((need, at) =>
        share(need, 'B') === 1 && share(need, 'A') === 0 ? [String(at)] : [],
      ),
    },
  ];
}

function errorsOf(needs: readonly DrawnNeed[]): Findings['errors'] {
  const fails = ({ failed }: DrawnNeed, arm: Arm) => (failed.includes(arm) ? 1 : 0);
  const sum = (of: (need: DrawnNeed) => number) =>
    needs.reduce((total, need) => total + of(need), 0);
  const shares = needs.map((need) => (fails(need, 'A') + fails(need, 'A2')) / 2);
  const byIncumbent = {
    cell: 'retrieve',
    phase: 'quality',
    requests: 2 * needs.length,
    failed: 2 * shares.reduce((total, share) => total + share, 0),
    shares,
  } as const;
  return {
    ...(byIncumbent.failed === 0 ? {} : { byIncumbent: [byIncumbent] }),
    pairs: 2 * needs.length,
    incumbentFailed: sum((need) => fails(need, 'A') + fails(need, 'A2')),
    candidateFailed: sum((need) => fails(need, 'B') + fails(need, 'B2')),
    candidateOnly: 0,
    incumbentOnly: 0,
    throttled: { incumbent: 0, candidate: 0 },
    differences: averageByNeed(
      needs.flatMap((need, at) =>
        SIDE_PAIRS.map(([one, other]) => {
          const [a, b] = [fails(need, one), fails(need, other)];
          return { need: String(at).padStart(6, '0'), value: a + b === 2 ? null : a - b };
        }),
      ),
    ),
  };
}
