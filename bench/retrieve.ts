import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import type { Corpus } from '../src/corpus/types.ts';
import { numbersOfPlan } from '../src/derive/asked-numbers.ts';
import { deriveFindings } from '../src/derive/derive-findings.ts';
import { type LiveEstimate, liveEstimate } from '../src/derive/live-estimate.ts';
import { needsAttribution } from '../src/derive/needs-attribution.ts';
import { queryTable } from '../src/derive/query-table.ts';
import { type RecordedPlan, readRecordedRun } from '../src/derive/recorded-run.ts';
import { reportContext } from '../src/derive/report-context.ts';
import { manifestFor } from '../src/derive/run-manifest.ts';
import { type RunTruth, runTruth } from '../src/derive/run-truth.ts';
import { type SequentialJudge, sequentialJudge } from '../src/derive/sequential-judge.ts';
import { EXIT, type ExitCode, InfrastructureError, UsageError } from '../src/errors.ts';
import { evaluateGates } from '../src/gate/evaluate.ts';
import { marginProblems } from '../src/gate/margin-check.ts';
import { censusSample } from '../src/observe/census-sample.ts';
import { measure } from '../src/observe/measure.ts';
import { planRun, type RunPlan } from '../src/observe/plan.ts';
import { preflight } from '../src/observe/preflight.ts';
import { openRun } from '../src/record/open-run.ts';
import { resumeRun } from '../src/record/resume-run.ts';
import { createRun } from '../src/record/run-folder.ts';
import type { RunWriter } from '../src/record/run-writer.ts';
import type { Cell } from '../src/record/types.ts';
import { renderMarkdown } from '../src/report/markdown.ts';
import { withAttribution } from './attribution.ts';
import { type OpenBackends, openBackends } from './backends.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';
import type { Io } from './io.ts';
import { terminalProgress } from './terminal-progress.ts';

interface RetrieveFlags extends ConfigFlags {
  readonly json?: boolean;
  readonly resume?: string;
}

/** What one invocation is to do. */
interface Job {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: RunPlan;
  /** Folder of the run to go on with; null for a new one. */
  readonly resume: string | null;
  readonly json: boolean;
  readonly io: Io;
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
    cells: ['search', 'retrieve'],
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
    return await measureAndJudge(job, backends, progress);
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    await backends?.close();
  }
}

async function measureAndJudge(
  job: Job,
  backends: OpenBackends,
  progress: ReturnType<typeof terminalProgress>,
): Promise<ExitCode> {
  const { config, corpus, plan, json, io } = job;
  progress.stage('preflight', 0);
  const fingerprints = await preflight(backends, {
    collections: corpus.collections.map((collection) => collection.name),
    model: config.model,
    signal: io.signal,
  });
  const censusKeys = censusSample(corpus, config.seed);
  const recordedPlan = planToRecord(plan, corpus, backends, config, censusKeys);
  const writer =
    job.resume === null
      ? await createRun({ parentFolder: config.runs })
      : await resumeSamePlan(job.resume, recordedPlan);
  // One salt a run, so that hashes of secrets cannot be compared between runs.
  const salt = randomBytes(16).toString('hex');
  await writer.snapshotCorpus(corpus.folder);
  await writer.writeJson('plan.json', recordedPlan);
  let truth: RunTruth | undefined;
  let judge: SequentialJudge | undefined;
  let live: LiveEstimate | undefined;
  const noted = new Set<Cell>();
  let status: 'complete' | 'interrupted' | 'failed' = 'failed';
  try {
    await measure({
      pair: backends,
      corpus,
      plan,
      censusKeys,
      writer,
      progress,
      signal: io.signal,
      k: config.k,
      model: config.model,
      concurrency: config.quality.concurrency,
      throughputConcurrency: config.throughput.concurrency,
      discardedPerBlock: config.latency.discardedPerBlock,
      onVectors: async ({ documents, queries }) => {
        truth = await runTruth(
          corpus,
          plan.queries.map((query) => query.id),
          censusKeys,
          documents.incumbent,
          queries.incumbent,
          config.k,
          io.signal,
        );
        const fatal = truth.lint.find((entry) => entry.severity === 'error');
        if (fatal !== undefined) {
          throw new InfrastructureError('truth-lint', `truth linter: ${fatal.message}`, {
            hint: 'no verdict can rest on such vectors',
          });
        }
        live = liveEstimate(corpus, truth.queries, config.k);
        if (config.quality.sequential) {
          const { gates, k } = config;
          judge = sequentialJudge({
            corpus,
            queries: plan.queries,
            k,
            gates,
            truth: truth.queries,
          });
          if (job.resume !== null) {
            judge.take(await (await openRun(writer.folder)).observations('quality'));
          }
        }
      },
      onBlock: async (key, rows) => {
        judge?.take(rows);
        if (key.phase !== 'quality') progress.remark('');
        else {
          const estimate = live?.add(key, rows);
          if (estimate != null) progress.remark(estimate);
        }
      },
      isDecided: (cell) => {
        const remark = judge?.remark(cell) ?? null;
        if (remark !== null && !noted.has(cell)) progress.note(`sequential: ${remark}`);
        if (remark !== null) noted.add(cell);
        return remark !== null;
      },
    });
    status = io.signal.aborted ? 'interrupted' : 'complete';
  } finally {
    if (status === 'failed') {
      if (io.signal.aborted) status = 'interrupted';
      await writer.finish(await manifestFor(config, corpus, backends, fingerprints, status, salt));
    }
  }
  const manifestInput = await manifestFor(config, corpus, backends, fingerprints, status, salt);
  if (truth === undefined) {
    await writer.finish(manifestInput);
    progress.end();
    io.stderr(`bench: interrupted before anything was measured; run folder ${writer.folder}\n`);
    return EXIT.interrupted;
  }
  progress.stage('judging', 0);
  const recorded = await readRecordedRun(await openRun(writer.folder));
  const { findings: measured, input } = await deriveFindings(
    { ...recorded, complete: status === 'complete' },
    { truth },
  );
  const verdict = evaluateGates(measured, config.gates);
  const findings = needsAttribution(measured, verdict)
    ? await withAttribution(measured, recorded, backends, { config, writer, progress, io })
    : measured;
  const context = reportContext(writer.id, writer.createdAt, manifestInput);
  const report = renderMarkdown(findings, verdict, context);
  await writer.writeQueries(queryTable(input));
  await writer.writeJson('findings.json', findings);
  await writer.writeJson('verdict.json', verdict);
  await writer.writeText('report.md', report);
  await writer.finish(manifestInput);
  progress.end();
  io.stdout(json ? `${JSON.stringify({ run: writer.folder, verdict, findings })}\n` : report);
  io.stderr(`bench: run folder ${writer.folder}\n`);
  io.stderr(`bench: ${verdict.verdict}: ${verdict.sentence}\n`);
  return status === 'interrupted' ? EXIT.interrupted : verdict.exitCode;
}

function planToRecord(
  plan: RunPlan,
  corpus: Corpus,
  backends: OpenBackends,
  config: Config,
  censusKeys: readonly string[],
): RecordedPlan {
  return {
    k: config.k,
    seed: config.seed,
    corpus: corpus.hashes,
    cells: plan.cells.map(({ cell, queries }) => ({
      cell,
      ...(config.quality.sequential
        ? {
            planned: {
              needs: new Set(queries.map((query) => query.need)).size,
              queries: queries.length,
            },
          }
        : {}),
      incumbentPath: backends.incumbent.dialect[cell]?.path ?? '–',
      candidatePath: backends.candidate.dialect[cell]?.path ?? '–',
    })),
    queryIds: plan.queries.map((query) => query.id),
    censusKeys: [...censusKeys],
    throughputConcurrency: config.throughput.concurrency,
  };
}

/** Goes on with a run, if it set out to ask what would be asked now. */
async function resumeSamePlan(folder: string, plan: RecordedPlan): Promise<RunWriter> {
  const before: unknown = await (await openRun(folder)).json('plan.json');
  if (!isDeepStrictEqual(before, JSON.parse(JSON.stringify(plan)))) {
    throw new UsageError('resume-plan', `${folder} set out to ask something else`, {
      hint: 'go on with the corpus, the seed and the flags that the run was started with',
    });
  }
  return (await resumeRun(folder)).writer;
}
