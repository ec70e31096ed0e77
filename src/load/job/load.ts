import { randomBytes } from 'node:crypto';
import type { Config, Origins } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import type { Corpus } from '../../corpus/types.ts';
import { BenchError, EXIT, type ExitCode, UsageError } from '../../errors.ts';
import type { LoadVerdict } from '../../gate/load/judge-load.ts';
import type { Pair } from '../../observe/ask.ts';
import { canaryLines } from '../../observe/canaries/canary.ts';
import { findCanaries } from '../../observe/canaries/find-canaries.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import { type PreflightOptions, preflight } from '../../observe/preflight/preflight.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { ReportDocument } from '../../report/model.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import type { LoadMachines } from '../drive/machines.ts';
import type { PreparedSide } from '../drive/sides.ts';
import type { LoadFindings } from '../find/load-findings.ts';
import { LOAD_DEFAULTS, type LoadPlan } from '../plan.ts';
import type { LoadObserved } from '../record/observed.ts';
import { checkLoadPlan } from './check-plan.ts';
import { measureLoad } from './measure-load.ts';
import { prepareLoad } from './prepare-load.ts';
import { deriveLoad, loadFiles } from './rescore-load.ts';

/** Makes machines ready to put both sides under load. */
export type OpenMachines = (
  sides: readonly [PreparedSide, PreparedSide],
  plan: Pick<LoadPlan, 'deadlineMs' | 'pace'>,
) => Promise<LoadMachines & AsyncDisposable>;

/** What a caller of a load may hand in. */
export interface LoadOptions extends JobOptions {
  /** What is to be measured; what is left out is as in `LOAD_DEFAULTS`. */
  readonly plan?: Partial<LoadPlan>;
  /** Where each value of the configuration came from: only margins that somebody set are objectives. */
  readonly origins?: Origins;
  /** Several machines that send every rate together; by default this process sends. */
  readonly machines?: OpenMachines;
}

/** A load that was measured and judged, as far as it came. */
export interface JudgedLoad {
  /** `failed`: something failed after the first rate; what was measured until then is kept and judged as incomplete. */
  readonly status: 'complete' | 'interrupted' | 'failed';
  readonly runFolder: string;
  readonly observed: LoadObserved;
  readonly findings: LoadFindings;
  readonly verdict: LoadVerdict;
  /** As Markdown it is equal to the run's `report.md`. */
  readonly report: ReportDocument;
  /** That of the verdict; 130 where the load was interrupted, and that of the error where it failed. */
  readonly exitCode: ExitCode;
  /** Why it failed. */
  readonly error: BenchError | null;
}

/** A load that was interrupted before there was anything to judge. */
export interface UnmeasuredLoad {
  readonly status: 'interrupted';
  /** Null where the run was not even begun. */
  readonly runFolder: string | null;
  readonly findings: null;
  readonly verdict: null;
  readonly report: null;
  readonly exitCode: typeof EXIT.interrupted;
}

/** How a load ended. */
export type LoadResult = JudgedLoad | UnmeasuredLoad;

/**
 * Puts both backends of a configuration under the same open-loop load, judges what came back and leaves a
 * run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus, a plan or gates that cannot be used.
 * @throws InfrastructureError where a backend is unwell before measuring begins.
 */
export async function load(config: Config, options: LoadOptions = {}): Promise<LoadResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const plan = { ...LOAD_DEFAULTS, ...options.plan };
  if (!plan.recall && config.gates.recallUnderLoad !== undefined) {
    throw new UsageError('load-no-recall', '--no-recall leaves gates.recallUnderLoad undecided', {
      hint: 'leave out one of them',
    });
  }
  const corpus = askedCorpus(await loadCorpus(config.corpus), config);
  requireTexts(corpus, 'asked by text');
  const setKeys = [...(options.origins ?? [])].flatMap(([key, origin]) =>
    key.startsWith('gates.') && origin !== 'default' ? [key] : [],
  );
  const { machines = null } = options;
  const job = { config, corpus, plan, setKeys, signal, progress, openMachines: machines };
  let runFolder: string | null = null;
  const result = await withBackends(config, { ...options, signal }, (backends) =>
    measureAndJudge({ ...job, backends }, (folder) => {
      runFolder = folder;
    }),
  );
  const nothing = { findings: null, verdict: null, report: null };
  return result ?? { status: 'interrupted', runFolder, ...nothing, exitCode: EXIT.interrupted };
}

interface Job {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: LoadPlan;
  readonly backends: Pair;
  /** Keys of the gates that somebody set, dotted. */
  readonly setKeys: readonly string[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly openMachines: OpenMachines | null;
}

const DEFAULT_P99_MS = 50;

async function measureAndJudge(
  job: Job,
  onFolder: (folder: string) => void,
): Promise<JudgedLoad | null> {
  const { config, corpus, plan, backends, signal } = job;
  checkLoadPlan(plan, config, backends);
  const { pair: calm } = patientPair(backends);
  const asked: PreflightOptions = {
    collections: corpus.collections,
    operations: [plan.operation],
    embeds: plan.recall ? ['incumbent'] : [],
    k: config.k,
    model: config.model,
    signal,
  };
  const descriptions = await preflight(calm, asked);
  const canaries = await findCanaries(calm, descriptions, { ...asked, metric: corpus.metric });
  for (const line of canaryLines(canaries)) job.progress.note(line);
  const prepared = await prepareLoad(job);
  await using machines = (await job.openMachines?.(prepared.sides, plan)) ?? null;
  const writer = await createRun({
    parentFolder: config.runs,
    suffix: () => `${randomBytes(3).toString('hex')}-load`,
  });
  onFolder(writer.folder);
  const salt = randomBytes(16).toString('hex');
  const manifest = (status: ManifestInput['status']): Promise<ManifestInput> =>
    manifestFor({ kind: 'load', config, corpus, backends, descriptions, status, salt });
  const p99MaxMs = plan.p99MaxMs ?? config.gates.p99?.maxMs ?? DEFAULT_P99_MS;
  let status: ManifestInput['status'] = 'failed';
  await writer.describe(await manifest(status));
  try {
    if (canaries.length > 0) await writer.appendJournal({ event: 'canaries', canaries });
    await writer.snapshotCorpus(corpus.folder);
    const error = await failureOf(
      measureLoad({ ...job, prepared, machines, p99MaxMs, writer }),
      signal,
    );
    const isComplete = error === null && !signal.aborted;
    const derived = await deriveLoad(await writer.readBack(), { isComplete, corpus });
    // An error before there is anything to keep is the caller's.
    const { rungs, ramp } = derived.findings;
    if (error !== null && rungs.length + (ramp?.passes.length ?? 0) === 0) throw error;
    await writer.writeDerived(loadFiles(derived));
    const { verdict } = derived;
    if (error !== null) {
      const { exitCode } = error;
      return { ...derived, status: 'failed', runFolder: writer.folder, exitCode, error };
    }
    status = signal.aborted ? 'interrupted' : 'complete';
    const exitCode = status === 'complete' ? verdict.exitCode : EXIT.interrupted;
    return { ...derived, status, runFolder: writer.folder, exitCode, error };
  } finally {
    const isCut = signal.aborted && status === 'failed';
    await writer.finish(await manifest(isCut ? 'interrupted' : status));
  }
}

/** The error that measuring ended with; null where it came to its end or was interrupted. */
async function failureOf(
  measuring: Promise<void>,
  signal: AbortSignal,
): Promise<BenchError | null> {
  try {
    await measuring;
    return null;
  } catch (error) {
    if (signal.aborted && !(error instanceof UsageError)) return null;
    if (error instanceof BenchError) return error;
    throw error;
  }
}
