import type { ChildProcess } from 'node:child_process';
import type { ConfinedReply } from './protocol.ts';

const STDERR_BYTES = 8192;

/** Hands over what a process says, one reply at a time. */
export interface ReplyReader {
  /**
   * The next reply, or that none came for so long.
   * @throws what `why` says once the process has ended; the signal's reason
   */
  readonly next: (silenceMs: number, signal?: AbortSignal) => Promise<ConfinedReply | 'silence'>;
}

/**
 * Listens to a process. Nothing but the reply that is waited for is kept: a race against one promise for the end of the
 * process would hold every reply until then.
 *
 * @param why the error for a process that ended: what it stderr last, and the signal or code or what kept it from starting
 */
export function replyReader(
  child: ChildProcess,
  why: (stderr: string, how: string) => Error,
): ReplyReader {
  let stderr = '';
  let failure: Error | null = null;
  let settle: (reply: ConfinedReply | 'silence' | null) => void = () => {};
  const fail = (how: string): void => {
    failure ??= why(stderr, how);
    settle(null);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  });
  child.on('message', (reply) => settle(reply as ConfinedReply));
  child.on('error', (error) => fail(String(error)));
  child.on('close', (code, by) => fail(by ?? `code ${code}`));
  return {
    next: (silenceMs, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<ConfinedReply | 'silence'>();
      const onAbort = () => settle(null);
      const timer = setTimeout(() => settle('silence'), silenceMs);
      settle = (reply) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        settle = () => {};
        if (reply === null) reject(signal?.aborted === true ? signal.reason : failure);
        else resolve(reply);
      };
      signal?.addEventListener('abort', onAbort);
      if (failure !== null || signal?.aborted === true) settle(null);
      return promise;
    },
  };
}
