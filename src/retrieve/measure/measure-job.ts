import { randomBytes } from 'node:crypto';
import { isPaced } from '../../config/side.ts';
import { InfrastructureError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import { canaryLines } from '../../observe/canaries/canary.ts';
import { findCanaries } from '../../observe/canaries/find-canaries.ts';
import { visibleLag } from '../../observe/canaries/visible-lag.ts';
import { censusSample } from '../../observe/census-sample.ts';
import { ingestCorpus } from '../../observe/ingest.ts';
import { measure } from '../../observe/measure.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import { askablePlan, leftOutLine } from '../../observe/preflight/askable.ts';
import { type PreflightOptions, preflight } from '../../observe/preflight/preflight.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import type { ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { Cell } from '../../record/types.ts';
import { type RunTruth, runTruth } from '../derive/run-truth.ts';
import { pairAtEqualRecall, requireEffort } from '../equal-recall/pair-at-equal-recall.ts';
import { listSides } from '../listing/list-sides.ts';
import { LISTING_FILE, requireStoredVectors } from '../listing/read-listing.ts';
import { rebuildCandidate, requireRebuildable } from '../rebuild/rebuild-candidate.ts';
import type { Job } from './job.ts';
import { type LiveEstimate, liveEstimate } from './live-estimate.ts';
import { againLine, lookOfRun } from './look.ts';
import { PLAN_FILE, planToRecord, resumeSamePlan } from './recorded-plan.ts';
import { requireSameBeginning } from './same-settings.ts';
import { type SequentialJudge, sequentialJudge } from './sequential-judge.ts';

/** What was measured, and what its manifest will say. */
export interface MeasuredRun {
  readonly writer: RunWriter;
  readonly manifest: OverCorpus<ManifestInput>;
  /** Null where the run was interrupted before there was any. */
  readonly truth: RunTruth | null;
  /** Both sides as they were asked. */
  readonly asked: Pair;
}

/**
 * Carries out a job up to its last request: preflight, then everything that is asked, block by block on disk.
 * @throws InfrastructureError where preflight or the truth linter finds that no verdict could rest on it
 */
export async function measureJob(job: Job, backends: Pair): Promise<MeasuredRun> {
  const { config, corpus, carryOut, signal, progress } = job;
  requireEffort(config, backends);
  requireRebuildable(config);
  if (job.resume !== null) await requireSameBeginning(job.resume, job);
  const ingest = ingestOf(job);
  const ingested = await ingestCorpus(backends, corpus, { ...config, ingest, progress, signal });
  progress.stage('preflight', 0);
  const { plan, leftOut } = askablePlan(job.plan, backends);
  for (const entry of leftOut) progress.note(leftOutLine(entry));
  if (isPaced(config)) progress.note('a pace is set: throughput is not measured');
  const calm = patientPair(backends);
  const beforehand: PreflightOptions = {
    collections: corpus.collections,
    operations: config.operations,
    embeds: (['incumbent', 'candidate'] as const).filter(
      // Exact truth needs the incumbent's embeddings; the candidate's are compared where it has any.
      (side) =>
        (side === 'incumbent' && config.truth !== 'judgments') ||
        backends[side].capabilities.operations.embed !== undefined,
    ),
    k: config.k,
    model: config.model,
    signal,
  };
  const descriptions = await preflight(calm.pair, beforehand);
  const canaries = [
    ...visibleLag(ingested),
    ...(await findCanaries(calm.pair, descriptions, { ...beforehand, metric: corpus.metric })),
  ];
  for (const line of canaryLines(canaries)) progress.note(line);
  const censusKeys = censusSample(corpus, config.seed, config.quality.maxCensusDocuments);
  // One salt a run, so that hashes of secrets cannot be compared between runs.
  const salt = randomBytes(16).toString('hex');
  const manifestOf = (status: ManifestInput['status']): Promise<OverCorpus<ManifestInput>> =>
    manifestFor({ kind: 'retrieve', config, corpus, backends, descriptions, status, salt });
  const facts = await manifestOf('interrupted');
  const look = await lookOfRun(job, facts);
  if (look.number > 1) progress.note(againLine(look));
  const recordedPlan = planToRecord({
    plan,
    leftOut,
    canaries,
    corpus,
    backends,
    config,
    censusKeys,
    look,
  });
  const resumed =
    job.resume === null ? null : await resumeSamePlan(job.resume, recordedPlan, facts);
  const writer = resumed?.writer ?? (await createRun({ parentFolder: config.runs }));
  let truth: RunTruth | undefined;
  let asked = backends;
  let judge: SequentialJudge | undefined;
  let live: LiveEstimate | undefined;
  const noted = new Set<Cell>();
  let status: ManifestInput['status'] = 'failed';
  try {
    await writer.describe(facts);
    for (const side of ['incumbent', 'candidate'] as const) {
      const { collections } = descriptions[side];
      if (Object.keys(collections).length > 0) {
        await writer.appendJournal({ event: 'collections', side, collections });
      }
    }
    await writer.snapshotCorpus(corpus.folder);
    await writer.writeJson(PLAN_FILE, recordedPlan);
    if (canaries.length > 0) await writer.appendJournal({ event: 'canaries', canaries });
    for (const entry of ingested) await writer.appendJournal({ event: 'ingested', ...entry });
    if (resumed?.reader.has(LISTING_FILE) !== true) {
      await listSides(calm.pair, corpus, { writer, progress, signal, truth: config.truth });
    }
    await measure({
      pair: backends,
      corpus,
      plan,
      censusKeys,
      writer,
      progress,
      signal,
      k: config.k,
      model: config.model,
      concurrency: config.quality.concurrency,
      throughputConcurrency: config.throughput.concurrency,
      discardedPerBlock: config.latency.discardedPerBlock,
      onVectors: async ({ documents, queries }) => {
        truth = await runTruth({
          corpus,
          queryIds: plan.queries.map((query) => query.id),
          censusKeys,
          documents:
            config.truth === 'stored'
              ? await requireStoredVectors(await writer.readBack())
              : documents.incumbent,
          queries: queries.incumbent,
          k: config.k,
          signal,
          elsewhere: carryOut === null ? undefined : { carryOut, progress, signal },
        });
        for (const why of truth.queries.passedOver) {
          progress.note(`${why}; a slower engine took over`);
        }
        const fatal = truth.lint.find((entry) => entry.severity === 'error');
        if (fatal !== undefined && config.truth !== 'judgments') {
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
            alpha: look.alpha,
            source: config.truth === 'judgments' ? 'judgments' : 'exact',
          });
          if (job.resume !== null) {
            judge.take(await (await writer.readBack()).observations('quality'));
          }
        }
        asked = await pairAtEqualRecall(job, { pair: backends, plan, truth, writer });
        return asked;
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
    await rebuildCandidate(job, { plan, writer });
    status = signal.aborted ? 'interrupted' : 'complete';
  } finally {
    if (status === 'failed') {
      if (signal.aborted) status = 'interrupted';
      await writer.finish(await manifestOf(status));
    }
  }
  const manifest = await manifestOf(status);
  return { writer, manifest, truth: truth ?? null, asked };
}

/** A run that is gone on with was ingested when it began: what holds documents is left as it was measured until now. */
function ingestOf({ config, resume }: Job): Job['config']['ingest'] {
  return resume !== null && config.ingest === 'always' ? 'if-empty' : config.ingest;
}
