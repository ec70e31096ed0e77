import type { Config } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { Side } from '../record/types.ts';
import { connectBackend } from '../wire/http/connect-backend.ts';
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
 * Connects to the two URLs of a configuration; nothing is sent.
 * @throws UsageError where a side has no URL.
 */
export async function connectBackends(config: Config): Promise<OpenBackends> {
  const connect = (side: Side) => {
    const { url, dialect, headers } = config[side];
    if (url !== null) return connectBackend({ url, dialect, headers, timeouts: config.timeouts });
    throw new UsageError('no-url', `the ${side} has no URL`, {
      hint: `set ${side}.url in the configuration`,
      context: { side },
    });
  };
  const incumbent = connect('incumbent');
  const candidate = connect('candidate');
  return {
    incumbent,
    candidate,
    close: async () => {
      await Promise.all([incumbent.close(), candidate.close()]);
    },
  };
}
