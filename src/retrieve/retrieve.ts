import type { Config, Origins } from '../config/resolve.ts';
import { loadCorpus } from '../corpus/load.ts';
import { UsageError } from '../errors.ts';
import type { Pair } from '../observe/ask.ts';
import { connectBackends, type OpenBackendsOf } from '../observe/open-backends.ts';
import { NO_PROGRESS, type Progress } from '../observe/progress.ts';
import { judgeJob } from './measure/judge-job.ts';
import { measureJob } from './measure/measure-job.ts';
import { planOfConfig } from './measure/plan-of-config.ts';
import { type RetrieveResult, unmeasured } from './retrieve-result.ts';

/** What a caller of the main job may hand in. */
export interface RetrieveOptions {
  /** Ends the job early; what was measured until then is judged and kept. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Backends that are connected already; they are left open. */
  readonly backends?: Pair;
  /** Opens the backends; they are closed at the end. Default: connects to the URLs of the configuration. */
  readonly openBackends?: OpenBackendsOf;
  /** Folder of a run that was interrupted or killed, to go on with. */
  readonly resume?: string;
  /** Where each value of the configuration came from: margins that somebody set are checked beforehand. */
  readonly origins?: Origins;
}

/**
 * The main job: measures both backends over the corpus of the configuration, judges what came back and
 * leaves a run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus, a margin or a run to go on with that cannot be used.
 * @throws InfrastructureError where a backend is unwell before measuring begins, or no verdict could rest
 * on its vectors.
 */
export async function retrieve(
  config: Config,
  options: RetrieveOptions = {},
): Promise<RetrieveResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const corpus = await loadCorpus(config.corpus);
  const plan = planOfConfig(corpus, config, options.origins ?? new Map());
  const job = { config, corpus, plan, resume: options.resume ?? null, signal, progress };
  const carryOut = async (backends: Pair): Promise<RetrieveResult> =>
    judgeJob(job, await measureJob(job, backends), backends);
  try {
    if (options.backends !== undefined) return await carryOut(options.backends);
    const opened = await (options.openBackends ?? connectBackends)(config, signal);
    try {
      return await carryOut(opened);
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof UsageError)) return unmeasured(null);
    throw error;
  }
}
