import { createAnswerVariants } from '../../src/load/answers/answers.ts';
import { kendallTopK } from '../../src/metrics/ranking/kendall-topk.ts';
import { ndcgAtK } from '../../src/metrics/ranking/ndcg.ts';
import { rankBiasedOverlap } from '../../src/metrics/ranking/rbo.ts';
import { recallAtK } from '../../src/metrics/ranking/recall.ts';
import { setAgreementAtK } from '../../src/metrics/ranking/set-agreement.ts';
import { tieAwareRecallAtK } from '../../src/metrics/ranking/tie-aware-recall.ts';
import { kendallTau } from '../../src/metrics/scores/kendall-tau.ts';
import { scoreDrift } from '../../src/metrics/scores/score-drift.ts';
import { vectorParity } from '../../src/metrics/vectors/embedding-parity.ts';
import { bcaInterval } from '../../src/stats/intervals/bca.ts';
import { wilsonInterval } from '../../src/stats/intervals/binomial-interval.ts';
import { meanLowerBound } from '../../src/stats/intervals/bounded-mean-bound.ts';
import { signedRankRatio } from '../../src/stats/intervals/signed-rank-ratio.ts';
import { sum } from '../../src/stats/moments.ts';
import {
  harrellDavis,
  quantileInverseCdf,
  quantileInverseCdfOfSorted,
} from '../../src/stats/quantiles.ts';
import { randomOf } from '../../src/stats/random.ts';
import { dot } from '../../src/truth/cosine.ts';
import { kthLargest, selectTop } from '../../src/truth/engines/select.ts';

/** One small piece of arithmetic to be timed; `call` gives a number, so that no call can be left out. */
export interface Kernel {
  readonly room: 'metrics' | 'stats' | 'truth' | 'load';
  readonly name: string;
  readonly call: (turn: number) => number;
}

const DIMENSION = 768;
const ROWS = 10_000;
const NEEDS = 700;
const K = 10;

/** The kernels of the metrics, statistics, truth and load rooms, over seeded data. */
export function kernels(): Kernel[] {
  const random = randomOf(20);
  const floats = (count: number) => Float64Array.from({ length: count }, random.fraction);
  const list = () => Array.from({ length: K }, () => `w-${random.integer(0, 19)}`);
  const lists = Array.from({ length: 64 }, list);
  const at = (turn: number): string[] => lists[turn & 63] ?? [];
  const pair = (turn: number): string[] => lists[(turn * 7 + 1) & 63] ?? [];
  const scores = Array.from({ length: 50 }, (_, index) => 1 - index / 100);
  const exact = new Map(scores.map((score, index) => [`w-${index}`, score]));
  const grades = new Map(Array.from({ length: 20 }, (_, index) => [`w-${index}`, index % 4]));
  const scored = lists.map((ids) =>
    [...new Set(ids)].map((id) => [id, random.fraction()] as const),
  );
  const scoredAt = (turn: number) => scored[turn & 63] ?? [];
  const matrix = Float32Array.from({ length: 64 * DIMENSION }, () => random.fraction() - 0.5);
  const row = (turn: number) =>
    matrix.subarray((turn & 63) * DIMENSION, ((turn & 63) + 1) * DIMENSION);
  const rowScores = floats(ROWS);
  const rows = Uint32Array.from({ length: ROWS }, (_, index) => index);
  const differences = Float64Array.from({ length: NEEDS }, () =>
    random.fraction() < 0.9 ? 0 : random.fraction() / 5 - 0.1,
  );
  const sortedMs = floats(4000).sort();
  const latencies = floats(200);
  const blocks = [...floats(24)].map((value) => 1 + value);
  const answer = Buffer.from(JSON.stringify({ took: 3, results: 'x'.repeat(3000) }));
  const variants = createAnswerVariants();
  variants.look(0, answer);
  const masked = createAnswerVariants(new Set(['took']));
  masked.look(0, answer);

  const metrics: [string, (turn: number) => number][] = [
    ['recall@10', (turn) => recallAtK(at(turn), pair(turn), K).recall ?? 0],
    [
      'recall@10, tie-aware',
      (turn) => tieAwareRecallAtK(at(turn), K, scores, (id) => exact.get(id) ?? null).recall ?? 0,
    ],
    [
      'overlap and Jaccard@10',
      (turn) => Object.keys(setAgreementAtK(at(turn), pair(turn), K)).length,
    ],
    ['nDCG@10', (turn) => ndcgAtK(at(turn), grades, K).ndcg ?? 0],
    [
      'RBO of two lists of 10',
      (turn) =>
        rankBiasedOverlap(
          at(turn).map((id) => [id]),
          pair(turn).map((id) => [id]),
          0.9,
        ).ext,
    ],
    ['Kendall K of two lists of 10', (turn) => kendallTopK(at(turn), pair(turn)).distance],
    [
      'Kendall tau-b, n = 200',
      (turn) => kendallTau(latencies, rowScores.subarray(turn & 63, (turn & 63) + 200)).tauB ?? 0,
    ],
    [
      'score drift of two lists of 10',
      (turn) => scoreDrift(scoredAt(turn), scoredAt(turn + 1)).nCommon,
    ],
    ['vector parity, 768 dimensions', (turn) => vectorParity(row(turn), row(turn + 1)).cosine ?? 0],
  ];
  const stats: [string, (turn: number) => number][] = [
    ['sum, n = 10,000', () => sum(rowScores)],
    ['quantile (inverse CDF), n = 200', () => quantileInverseCdf(latencies, 0.95) ?? 0],
    ['Harrell–Davis p50, n = 200', () => harrellDavis(latencies, 0.5).value ?? 0],
    ['Wilson interval', (turn) => wilsonInterval(turn % 100, 100)?.lower ?? 0],
    ['bounded-mean lower bound, n = 700', () => meanLowerBound(differences)],
    [
      'BCa interval, n = 200, B = 999',
      () => bcaInterval(latencies, { replicates: 999 }).lower ?? 0,
    ],
    ['signed-rank ratio, 24 blocks', () => signedRankRatio(blocks, blocks).ratio ?? 0],
  ];
  const truth: [string, (turn: number) => number][] = [
    [
      'dot, 768 dimensions, float64',
      (turn) => dot(matrix, (turn & 63) * DIMENSION, matrix, 0, DIMENSION),
    ],
    ['k-th largest, k = 50 of 10,000', () => kthLargest(rowScores, ROWS, 50)],
    ['select top 50 of 10,000', () => selectTop(rows, rowScores, 50, (a, b) => a - b).rows.length],
  ];
  const load: [string, (turn: number) => number][] = [
    ['known answer, 3 kB', () => variants.look(0, answer)],
    ['known answer, 3 kB, one field masked', () => masked.look(0, answer)],
    [
      'percentile of sorted',
      (turn) => quantileInverseCdfOfSorted(sortedMs, (turn % 100) / 100) ?? 0,
    ],
  ];
  const named = (room: Kernel['room'], some: typeof metrics): Kernel[] =>
    some.map(([name, call]) => ({ room, name, call }));
  return [
    ...named('metrics', metrics),
    ...named('stats', stats),
    ...named('truth', truth),
    ...named('load', load),
  ];
}
