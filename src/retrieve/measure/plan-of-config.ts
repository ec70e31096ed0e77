import type { Config, Origins } from '../../config/resolve.ts';
import { isPaced } from '../../config/side.ts';
import type { Corpus } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import { marginProblems } from '../../gate/margin-check.ts';
import { gatesOver } from '../../gate/margins.ts';
import { planRun, type RunPlan } from '../../observe/plan.ts';
import { numbersOfPlan } from './asked-numbers.ts';

/**
 * What a configuration asks of a corpus.
 * @throws UsageError where a margin that somebody set can never be shown by so many needs.
 */
export function planOfConfig(corpus: Corpus, config: Config, origins: Origins): RunPlan {
  requireJudgments(corpus, config);
  requireSize(config);
  const plan = planRun(corpus, {
    seed: config.seed,
    cells: config.operations,
    maxNeeds: config.quality.maxNeeds,
    // A run that may stop early looks more often, and never at half a need.
    qualityBlockSize: config.quality.sequential ? 50 : 100,
    wholeNeeds: config.quality.sequential,
    latencyBlockPairs: config.latency.blockPairs,
    requestsPerLatencyBlock: config.latency.requestsPerBlock,
    throughputSlices: config.throughput.slices,
    // With a pace, throughput would be the pace.
    requestsPerThroughputSlice: isPaced(config) ? 0 : config.throughput.requestsPerSlice,
  });
  const numbers = numbersOfPlan(plan, config);
  const problem = marginProblems(numbers, config.gates, origins, config.quick)[0];
  if (problem !== undefined) throw problem;
  return plan;
}

/** Timed requests of a run, of a kind: weeks of them, and as much as a plan in memory takes. */
const MOST_REQUESTS = 10_000_000;

function requireSize({ latency, throughput, operations }: Config): void {
  const sizes = [
    ['latency', latency.blockPairs, latency.requestsPerBlock],
    ['throughput', throughput.slices, throughput.requestsPerSlice],
  ] as const;
  for (const [name, blocks, each] of sizes) {
    const requests = 2 * blocks * each * operations.length;
    if (requests <= MOST_REQUESTS) continue;
    throw new UsageError(
      'plan-size',
      `${name}: ${counted(requests, 'request')}, more than can be timed`,
      {
        hint: `ask for at most ${MOST_REQUESTS} in all: fewer blocks, or fewer requests in each`,
      },
    );
  }
}

/** A configuration with its gates as they hold over a corpus. */
export function configOver(corpus: Corpus, config: Config, origins: Origins): Config {
  const { gates, truth } = config;
  return { ...config, gates: gatesOver(corpus, gates, { origins, truth }) };
}

function requireJudgments({ judgments, folder }: Corpus, { truth }: Config): void {
  if (truth !== 'judgments' || judgments.size > 0) return;
  throw new UsageError('no-judgments', `truth = judgments: ${folder} has none`, {
    hint: 'import them with the corpus, or leave truth out: exact neighbours then decide',
  });
}
