import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { NO_PROGRESS } from '../../progress.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import { measureSweep } from './measure-sweep.ts';
import { openVariants } from './open-variants.ts';
import { checkSweep, type DecidedSweep, type SweepOptions, type SweepResult } from './options.ts';

const DEFAULTS: DecidedSweep = {
  efforts: [10, 20, 40, 80, 160, 320],
  targets: [0.9, 0.95, 0.99],
  selectivities: [],
  rounds: 5,
  requestsPerBlock: 100,
  operation: 'search',
};

/**
 * Measures recall and speed of every combination of backend, varied parameter, effort and selectivity over the corpus
 * of the configuration, and leaves a run folder below `config.runs`. Truth is made from the embeddings of the first
 * backend: with a shared embedder (`config.embed`) all of them have the same. An aborted signal is a result.
 * @throws UsageError for a plan that cannot be carried out.
 * @throws InfrastructureError where a backend is unwell before measuring begins.
 */
export async function sweep(config: Config, options: SweepOptions): Promise<SweepResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const plan = { ...DEFAULTS, ...defined(options) };
  checkSweep(plan);
  const corpus = askedCorpus(await loadCorpus(config.corpus), config);
  requireTexts(corpus, 'asked by text');
  const variants = await openVariants(options, config);
  const opened = { runFolder: null as string | null };
  try {
    return await measureSweep({ config, corpus, plan, variants, signal, progress }, opened);
  } catch (error) {
    if (!signal.aborted || error instanceof UsageError) throw error;
    const { runFolder } = opened;
    return { status: 'interrupted', runFolder, findings: null, exitCode: EXIT.interrupted };
  } finally {
    await Promise.all(variants.map(({ backend }) => backend.close()));
  }
}

function defined(options: SweepOptions): Partial<DecidedSweep> {
  const { backends: _, vary: __, signal: ___, progress: ____, cwd: _____, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}
