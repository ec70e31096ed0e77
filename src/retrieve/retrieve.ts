import type { Config, Origins } from '../config/resolve.ts';
import { loadCorpus } from '../corpus/load.ts';
import { requireTexts } from '../corpus/texts.ts';
import { type JobOptions, withBackends } from '../observe/with-backends.ts';
import { NO_PROGRESS } from '../progress.ts';
import { holdRun } from '../record/run/resume-run.ts';
import { asDeclared, declaredBeyond, withDeclaredMetric } from '../sides/declared-search.ts';
import { askedCorpus } from '../sides/stand-ins.ts';
import type { CarryOutPlan } from '../truth/plan/planned-search.ts';
import { judgeJob } from './measure/judge-job.ts';
import { measureJob } from './measure/measure-job.ts';
import { configOver, planOfConfig } from './measure/plan-of-config.ts';
import { type RetrieveResult, unmeasured } from './retrieve-result.ts';

/** What a caller of the main job may hand in. What an interrupt leaves is judged too. */
export interface RetrieveOptions extends JobOptions {
  /** Folder of a run that was interrupted or killed, to go on with. */
  readonly resume?: string;
  /** Where each value of the configuration came from: margins that somebody set are checked beforehand. */
  readonly origins?: Origins;
  /** Whether other candidates are compared at the same time, each in a run of its own: each is a question of its own. */
  readonly isOneOfSeveral?: boolean;
  /** Carries out exact searches elsewhere; by default in this process. */
  readonly carryOut?: CarryOutPlan;
}

/**
 * The main job: measures both backends over the corpus of the configuration, judges what came back and
 * leaves a run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus, a margin or a run to go on with that cannot be used.
 * @throws InfrastructureError where a backend is unwell before measuring begins, or no verdict could rest
 * on its vectors.
 */
export async function retrieve(
  configured: Config,
  options: RetrieveOptions = {},
): Promise<RetrieveResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const named = askedCorpus(await loadCorpus(configured.corpus), configured);
  const corpus = withDeclaredMetric(named, configured.searchUses);
  requireTexts(corpus, 'asked by text');
  const { origins = new Map() } = options;
  const config = configOver(corpus, configured, origins);
  const plan = planOfConfig(corpus, config, origins);
  const { resume = null, isOneOfSeveral = false, carryOut = null } = options;
  const declared = declaredBeyond(named, config.searchUses);
  const how = { resume, isOneOfSeveral, carryOut, signal, progress };
  const job = { config, corpus, plan, declared, ...how };
  const held = resume === null ? null : await holdRun(resume);
  try {
    const result = await withBackends(config, { ...options, signal }, async (backends) => {
      const sides = await asDeclared(backends, config);
      try {
        return await judgeJob(job, await measureJob(job, sides.pair));
      } finally {
        await sides.close();
      }
    });
    return result ?? unmeasured(null);
  } finally {
    await held?.release();
  }
}
