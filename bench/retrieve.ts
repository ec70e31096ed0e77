import { resolve } from 'node:path';
import type { Config } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import type { Corpus } from '../src/corpus/types.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import { marginProblems } from '../src/gate/margin-check.ts';
import type { OpenBackends } from '../src/observe/open-backends.ts';
import { planRun, type RunPlan } from '../src/observe/plan.ts';
import { numbersOfPlan } from '../src/retrieve/asked-numbers.ts';
import type { Job } from '../src/retrieve/job.ts';
import { judgeJob } from '../src/retrieve/judge-job.ts';
import { measureJob } from '../src/retrieve/measure-job.ts';
import { openBackends } from './backends.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';
import { terminalProgress } from './terminal-progress.ts';

interface RetrieveFlags extends ConfigFlags {
  readonly json?: boolean;
  readonly resume?: string;
}

/** `bench retrieve`: the main job, from two backends to a verdict. */
export const retrieveCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('retrieve'))
    .description(
      'compare search and retrieve of two backends: answers, quality, latency; then judge',
    )
    .option('--json', 'print findings and verdict as JSON instead of tables')
    .option('--sequential', 'stop asking as soon as the gates on quality have decided')
    .option('--resume <run>', 'go on with a run that was interrupted or killed')
    .action(async (flags: RetrieveFlags) => {
      const { config, origins } = await configOf(flags, io);
      const corpus = await loadCorpus(config.corpus);
      const plan = planOf(corpus, config);
      const numbers = numbersOfPlan(plan, config.k, config.quality.sequential);
      const problem = marginProblems(numbers, config.gates, origins, config.quick)[0];
      if (problem !== undefined) throw problem;
      const resume = flags.resume === undefined ? null : resolve(io.cwd, flags.resume);
      done(await retrieve({ config, corpus, plan, resume, json: flags.json === true, io }));
    });
};

function planOf(corpus: Corpus, config: Config): RunPlan {
  return planRun(corpus, {
    seed: config.seed,
    cells: config.operations,
    maxNeeds: config.quality.maxNeeds,
    // A run that may stop early looks more often, and never at half a need.
    qualityBlockSize: config.quality.sequential ? 50 : 100,
    wholeNeeds: config.quality.sequential,
    latencyBlockPairs: config.latency.blockPairs,
    requestsPerLatencyBlock: config.latency.requestsPerBlock,
    throughputSlices: config.throughput.slices,
    requestsPerThroughputSlice: config.throughput.requestsPerSlice,
  });
}

async function retrieve(job: Job): Promise<ExitCode> {
  const { config, io } = job;
  const progress = terminalProgress(io);
  progress.stage(config.incumbent.url === null ? 'starting the embedded pair' : 'connecting', 0);
  let backends: OpenBackends | null = null;
  try {
    backends = await openBackends(config, io.signal);
    const measured = await measureJob(job, backends, progress);
    return await judgeJob(job, measured, backends, progress);
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    await backends?.close();
  }
}
