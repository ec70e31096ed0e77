import { RejectedReplyError, type WireReply, type WireRequest } from '../dialect.ts';

/** About ten minutes of looks that end two seconds apart. */
const MOST_LOOKS = 300;

/**
 * The next look at a thing that is made ready, by those so far: at once, then later and later; none once it is.
 * @throws RejectedReplyError where it does not get ready.
 */
export function lookUntil(
  looks: readonly WireReply[],
  look: WireRequest,
  isReady: (reply: WireReply) => boolean,
): readonly WireRequest[] {
  const last = looks.at(-1);
  if (last === undefined) return [look];
  if (isReady(last)) return [];
  if (looks.length < MOST_LOOKS) {
    return [{ ...look, afterMs: Math.min(50 * 2 ** looks.length, 2_000) }];
  }
  throw new RejectedReplyError(`not ready after ${MOST_LOOKS} looks at ${look.path}`);
}
