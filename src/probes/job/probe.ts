import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import { NO_PROGRESS } from '../../progress.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import { probePreflight } from '../observe/answered.ts';
import { carryOutProbe, type ProbeResult } from './carry-out.ts';
import type { ProbeSession } from './session.ts';
import { type RequestedProbe, tasksOf } from './tasks.ts';

/** What a caller of probes hands in. */
export interface ProbeOptions extends JobOptions {
  /** What is probed, in this order. */
  readonly probes: readonly RequestedProbe[];
  /** Told of each result before the next probe begins. */
  readonly onResult?: (result: ProbeResult) => void | Promise<void>;
}

/** What came of some probes, one result a pair of paths. */
export interface ProbesResult {
  readonly status: 'complete' | 'interrupted';
  readonly results: readonly ProbeResult[];
  /** The worst of the verdicts', or 130 where an interrupt came first. */
  readonly exitCode: ExitCode;
}

/**
 * Probes endpoints of both backends one after the other; each leaves a run folder below `config.runs`.
 * An aborted signal is a result, not an error.
 * @throws UsageError for a corpus that cannot be used.
 * @throws InfrastructureError where a backend is not well before it is probed.
 */
export async function probe(config: Config, options: ProbeOptions): Promise<ProbesResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const loaded = await loadCorpus(config.corpus);
  const corpus = askedCorpus(loaded, config);
  if (options.probes.some(isSearch)) requireTexts(corpus, 'asked by text');
  // Vectors that the corpus carries say nothing about how a side embeds.
  if (options.probes.some(embedsCorpus)) requireTexts(loaded, 'embedded');
  const results: ProbeResult[] = [];
  await withBackends(config, { ...options, signal }, async (backends) => {
    const descriptions = await probePreflight(backends, signal);
    const session: ProbeSession = { config, corpus, backends, descriptions, signal, progress };
    for (const task of options.probes.flatMap((requested) => tasksOf(requested, session))) {
      signal.throwIfAborted();
      progress.stage(`probing ${task.endpoint}`, 0);
      const result = await carryOutProbe(task, session);
      results.push(result);
      await options.onResult?.(result);
    }
  });
  const status = signal.aborted ? 'interrupted' : 'complete';
  return {
    status,
    results,
    exitCode:
      status === 'complete'
        ? worstExit(results.map(({ verdict }) => verdict.exitCode))
        : EXIT.interrupted,
  };
}

/** Whether a probe asks by texts of the corpus. */
function isSearch({ probe: name }: RequestedProbe): boolean {
  return name === 'search';
}

function embedsCorpus(requested: RequestedProbe): boolean {
  return requested.probe === 'embed' && requested.texts === 'corpus';
}

/** The code of several jobs: a failure outweighs what is inconclusive, that outweighs a pass. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    EXIT.interrupted,
    EXIT.usage,
    EXIT.infrastructure,
    EXIT.fail,
    EXIT.inconclusive,
  ];
  return order.find((code) => codes.includes(code)) ?? EXIT.pass;
}
