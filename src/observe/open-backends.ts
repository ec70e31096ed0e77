import type { Config } from '../config/resolve.ts';
import { counted } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { connectSides } from '../sides/connect-sides.ts';
import type { Pair } from './ask.ts';

/** Both sides, connected; `close` ends the connections and whatever was started for them. */
export interface OpenBackends extends Pair {
  readonly close: () => Promise<void>;
}

/**
 * How a job gets its backends. A job calls it once, when all that can be checked without a backend has
 * been checked, and calls `close` when it ends.
 */
export type OpenBackendsOf = (config: Config, signal: AbortSignal) => Promise<OpenBackends>;

/**
 * Connects to the two sides of a configuration; nothing is sent.
 * @throws UsageError where a side has no URL, or an embedder cannot be loaded.
 */
export async function connectBackends(config: Config): Promise<OpenBackends> {
  if (config.candidates !== undefined) {
    throw new UsageError(
      'candidates',
      `${counted(config.candidates.length, 'candidate is', 'candidates are')} named`,
      {
        hint: 'bench retrieve compares several, one after the other; name one for anything else',
      },
    );
  }
  const { incumbent, candidate } = await connectSides(config);
  return {
    incumbent,
    candidate,
    close: async () => {
      await Promise.all([incumbent.close(), candidate.close()]);
    },
  };
}
