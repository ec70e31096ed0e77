import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { isWarning, saidOfCanary } from '../../observe/canaries/canary.ts';
import { findCanaries } from '../../observe/canaries/find-canaries.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import { preflight } from '../../observe/preflight/preflight.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import type { Side } from '../../record/types.ts';
import { withDeclaredMetric } from '../../sides/declared-search.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import type { PairCanaries } from '../find/pair-canaries.ts';

/** What was found; null after an interrupt. */
export interface PairCanariesResult {
  readonly found: PairCanaries | null;
  /** 0 where both backends answer, whatever was found; 130 after an interrupt. */
  readonly exitCode: ExitCode;
}

/**
 * Asks both backends what a run asks before it measures, and nothing more: health, a description of each collection, a
 * document of each by its own text, and some small requests.
 * @throws UsageError for a corpus or an operation that cannot be used.
 * @throws InfrastructureError where a backend is unwell.
 */
export async function pairCanaries(
  config: Config,
  options: JobOptions = {},
): Promise<PairCanariesResult> {
  const { signal = new AbortController().signal } = options;
  const named = askedCorpus(await loadCorpus(config.corpus), config);
  const corpus = withDeclaredMetric(named, config.searchUses);
  requireTexts(corpus, 'asked by text');
  const found = await withBackends(config, { ...options, signal }, async (backends) => {
    const { pair } = patientPair(backends);
    const asked = {
      collections: corpus.collections,
      operations: config.operations,
      embeds: (['incumbent', 'candidate'] as const).filter(
        (side) => pair[side].capabilities.operations.embed !== undefined,
      ),
      k: config.k,
      model: config.model,
      signal,
    };
    const said = await preflight(pair, asked);
    const canaries = await findCanaries(pair, said, { ...asked, metric: corpus.metric });
    signal.throwIfAborted();
    const side = (name: Side) => ({ label: backends[name].label, ...said[name] });
    return {
      canaries: canaries
        .filter(isWarning)
        .map((canary) => ({ ...canary, ...saidOfCanary(canary) })),
      sides: { incumbent: side('incumbent'), candidate: side('candidate') },
    };
  });
  return { found, exitCode: found === null ? EXIT.interrupted : EXIT.pass };
}
