import type { CapturedReply, ReplyPair } from '../../src/drift/record/raw-replies.ts';

/** A reply with that body. */
export function reply(body: unknown, status = 200): CapturedReply {
  return {
    requested: 'POST /x',
    status,
    contentType: 'application/json',
    headers: {},
    body,
    reading: { outcome: 'refused' },
  };
}

/** Both sides' replies, the same when asked again. */
export function pairOf(incumbent: unknown, candidate: unknown): ReplyPair {
  return {
    asked: 'as it should be',
    incumbent: reply(incumbent),
    incumbentAgain: reply(incumbent),
    candidate: reply(candidate),
    candidateAgain: reply(candidate),
  };
}
