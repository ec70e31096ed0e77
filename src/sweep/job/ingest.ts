import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { canaryLines } from '../../observe/canaries/canary.ts';
import { visibleLag } from '../../observe/canaries/visible-lag.ts';
import { ingestAll } from '../../observe/ingest.ts';
import { describeCollections } from '../../observe/preflight/describe.ts';
import { NO_PROGRESS } from '../../progress.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import type { SweepVariant } from '../plan/sweep-plan.ts';
import { indexOf, type SweptIndex } from '../record/swept-index.ts';
import { openVariants } from './open-variants.ts';
import type { SweepOptions } from './options.ts';

/** What is filled. */
export type FillOptions = Pick<SweepOptions, 'backends' | 'vary' | 'signal' | 'progress' | 'cwd'>;

/** One backend after it was filled. */
export interface FilledBackend extends Pick<SweepVariant, 'label' | 'values'> {
  /** Documents that were put in; null where it was left as it was. */
  readonly documents: number | null;
  readonly index: SweptIndex;
}

/** How filling ended. */
export interface FillResult {
  readonly status: 'complete' | 'interrupted';
  /** As far as it came. */
  readonly filled: readonly FilledBackend[];
  readonly exitCode: ExitCode;
}

/**
 * Puts the corpus of a configuration into backends, one after the other, and waits until all of it is visible.
 * `config.ingest` says what becomes of collections that are not empty; `never` counts as `if-empty`.
 * @throws UsageError for a backend that takes no documents, and for `always` without `force`.
 * @throws InfrastructureError where a backend fails, or holds another number of documents in the end.
 */
export async function fillBackends(config: Config, options: FillOptions): Promise<FillResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const corpus = askedCorpus(await loadCorpus(config.corpus), config);
  requireTexts(corpus, 'put into a backend');
  const variants = await openVariants(options, config);
  const ingest = config.ingest === 'never' ? 'if-empty' : config.ingest;
  const filled: FilledBackend[] = [];
  try {
    for (const { name, backend, url } of variants) {
      if (signal.aborted) break;
      const done = await ingestAll([{ name, backend }], corpus, {
        ingest,
        force: config.force,
        progress,
        signal,
      });
      if (signal.aborted) break;
      for (const line of canaryLines(visibleLag(done))) progress.note(line);
      const collections = await describeCollections(backend, name, corpus.collections, signal);
      filled.push({
        label: backend.label,
        values: url?.values ?? {},
        documents:
          done.length === 0 ? null : done.reduce((sum, { documents }) => sum + documents, 0),
        index: indexOf(name, { collections, version: null }, done),
      });
    }
  } finally {
    await Promise.all(variants.map(({ backend }) => backend.close()));
  }
  const status = signal.aborted ? 'interrupted' : 'complete';
  return { status, filled, exitCode: signal.aborted ? EXIT.interrupted : EXIT.pass };
}
