import type { Config } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { Pair } from './ask.ts';
import { connectBackends, type OpenBackendsOf } from './open-backends.ts';

/** What every job that measures two backends may be handed by its caller. */
export interface JobOptions {
  /** Ends the job early; what was measured until then is kept. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Backends that are connected already; they are left open. */
  readonly backends?: Pair;
  /** Opens the backends; they are closed at the end. Default: connects to the URLs of the configuration. */
  readonly openBackends?: OpenBackendsOf;
}

/**
 * Hands the backends to `work`, and closes those that were opened for it.
 * @returns what `work` gave; null where the signal was aborted and `work` threw because of it.
 */
export async function withBackends<Result>(
  config: Config,
  options: Omit<JobOptions, 'progress'> & { readonly signal: AbortSignal },
  work: (backends: Pair) => Promise<Result>,
): Promise<Result | null> {
  const { signal, backends, openBackends = connectBackends } = options;
  try {
    if (backends !== undefined) return await work(backends);
    const opened = await openBackends(config, signal);
    const result = await work(opened).catch(async (error: unknown) => {
      // What work ended with matters more than how closing went after it.
      await opened.close().catch(() => {});
      throw error;
    });
    await opened.close();
    return result;
  } catch (error) {
    if (signal.aborted && !(error instanceof UsageError)) return null;
    throw error;
  }
}
