import { type Metric, ndcgAt, recallAt } from '../../../src/metrics/metric.ts';
import { contractOf } from '../../../src/parity/cell/contract.ts';
import { emptyByIncumbent } from '../../../src/parity/cell/doubts/empty-answers.ts';
import { differencesOf } from '../../../src/parity/cell/quality.ts';
import {
  type References,
  type ScoredAnswers,
  scoreQueries,
} from '../../../src/parity/cell/query-metrics.ts';
import { errorPairs } from '../../../src/parity/failures.ts';
import type {
  CellFinding,
  Findings,
  MeanFigure,
  QualityFinding,
} from '../../../src/parity/findings.ts';
import { sideOfArm } from '../../../src/record/side-of-arm.ts';
import { ARMS, type Arm, type Observation } from '../../../src/record/types.ts';

/** What one need showed: value by metric of either side's whole lists; arms that failed, gave no row, or violate. */
export interface DrawnNeed {
  /** Value of each metric, in the order of `METRICS`, of the incumbent's and of the candidate's answers. */
  readonly incumbent: readonly number[];
  readonly candidate: readonly number[];
  readonly failed: readonly Arm[];
  readonly empty: readonly Arm[];
  readonly violates: readonly Arm[];
}

/** The gated metrics of a simulated run. */
export const METRICS: readonly Metric[] = [recallAt(1), recallAt(5), recallAt(10), ndcgAt(10)];

const NO_FIGURE: MeanFigure = { mean: null, n: 0, undefinedCount: 0, lower: null, upper: null };

/**
 * The findings of a run of one operation whose needs have one query each, by the functions that find them of recorded
 * answers; what no gate reads is left empty.
 */
export function drawnFindings(needs: readonly DrawnNeed[]): Findings {
  const n = needs.length;
  const drawn = needs.map(answersOf);
  const values = new Map(drawn.flatMap(({ lists }) => lists));
  const empty = emptyByIncumbent(drawn, K, () => REFERENCE);
  const cell: CellFinding = {
    cell: 'retrieve',
    incumbentPath: '/a',
    candidatePath: '/b',
    queries: n,
    needs: n,
    filteredQueries: 0,
    k: K,
    quality: METRICS.map((metric, at) =>
      qualityOf(drawn, metric, (list) => values.get(list)?.[at]),
    ),
    slices: [],
    agreement: [],
    excess: [],
    scoreDrift: {
      ...{ nCommon: 0, maxAbs: null, meanSigned: null, rmse: null, pearson: null },
      ...{ slope: null, intercept: null, epsilonIncumbent: null, epsilonCandidate: null },
    },
    violations: [],
    contract: violationsOf(needs, drawn),
    ...(empty === null ? {} : { emptyByIncumbent: empty }),
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
    k: K,
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
    errors: errorPairs(
      drawn.flatMap(({ rows }) => rows),
      drawn.map(({ query }) => query),
    ),
    latency: [],
    throughput: [],
  };
}

/** The answers of a need. */
interface DrawnAnswers extends ScoredAnswers {
  readonly rows: readonly Observation[];
  /** Whole lists, each with its values by metric. */
  readonly lists: readonly (readonly [list: readonly string[], values: readonly number[]])[];
}

const K = 10;
const TEN = Array.from({ length: K }, (_, rank) => String(rank));
/** What is due: ten rows, of any documents. */
const REFERENCE: ReturnType<References> = {
  exact: { keys: TEN, scores: new Float64Array(K) },
  exactScore: () => null,
  ties: new Map(),
  nearest: [],
  grades: new Map(),
};
const ROW: Omit<Observation, 'arm' | 'queryId' | 'outcome'> = {
  phase: 'quality',
  cell: 'retrieve',
  block: 0,
  pair: 0,
  sequence: 0,
  k: K,
  status: null,
  detail: '',
  startedMs: 0,
  latencyMs: 0,
  sizeBytes: 0,
  firstTouch: true,
  ids: [],
  collections: [],
  similarities: [],
  rawScores: [],
};

function answersOf(drawn: DrawnNeed, at: number): DrawnAnswers {
  const id = String(at).padStart(6, '0');
  const [incumbent, candidate] = [[...TEN], [...TEN]];
  const answers = ARMS.map((arm) => {
    const outcome: Observation['outcome'] = drawn.failed.includes(arm) ? 'http' : 'ok';
    const whole = sideOfArm(arm) === 'incumbent' ? incumbent : candidate;
    const keys = outcome !== 'ok' ? null : drawn.empty.includes(arm) ? [] : whole;
    return { observation: { ...ROW, arm, queryId: id, outcome }, keys };
  });
  return {
    query: { id, need: id },
    arms: Object.fromEntries(answers.map((answer) => [answer.observation.arm, answer])),
    rows: answers.map(({ observation }) => observation),
    lists: [
      [incumbent, drawn.incumbent],
      [candidate, drawn.candidate],
    ],
  };
}

function qualityOf(
  drawn: readonly DrawnAnswers[],
  metric: Metric,
  worthOf: (list: readonly string[]) => number | undefined,
): QualityFinding {
  // A failed request and an empty list are worth nothing.
  const scores = scoreQueries(
    drawn,
    metric,
    () => REFERENCE,
    (list) => worthOf(list) ?? 0,
  );
  return {
    metric,
    incumbent: NO_FIGURE,
    candidate: NO_FIGURE,
    answeredIncumbent: null,
    answeredCandidate: null,
    delta: NO_FIGURE,
    ...differencesOf(scores),
    sequence: null,
    answeredSequence: null,
    clusters: null,
  };
}

function violationsOf(
  needs: readonly DrawnNeed[],
  drawn: readonly DrawnAnswers[],
): CellFinding['contract'] {
  if (needs.every(({ violates }) => violates.length === 0)) return [];
  const shares = needs.map(({ failed, violates }, at) => {
    const breaks = (arm: Arm): 0 | 1 | null =>
      failed.includes(arm) ? null : violates.includes(arm) ? 1 : 0;
    const query = drawn[at]?.query ?? { id: '', need: '' };
    return { query, A: breaks('A'), A2: breaks('A2'), B: breaks('B'), B2: breaks('B2') };
  });
  return [contractOf('duplicate-id', shares)];
}
