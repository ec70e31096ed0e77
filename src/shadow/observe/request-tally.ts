import type { DropReason, ShadowTally } from '../record/shadow-record.ts';

/** The running count of what becomes of requests. */
export interface TallyKeeper {
  readonly seen: () => void;
  readonly notReadOnly: () => void;
  readonly sampledOut: () => void;
  /** A request that may be mirrored is under way; it ends by one of the four below. */
  readonly open: () => void;
  readonly mirrored: () => void;
  readonly dropped: (reason: DropReason) => void;
  readonly undecoded: () => void;
  /** Dropped before it was under way. */
  readonly refused: (reason: DropReason) => void;
  readonly askedAgain: () => void;
  readonly now: () => ShadowTally;
}

/** RequestTally of nothing yet. */
export const EMPTY_SHADOW_TALLY: ShadowTally = {
  seen: 0,
  mirrored: 0,
  sampledOut: 0,
  dropped: { behind: 0, off: 0, tooLong: 0, noAnswer: 0, stopped: 0 },
  notReadOnly: 0,
  undecoded: 0,
  open: 0,
  askedAgain: 0,
};

/** Goes on from tally that were written; what was under way then was lost with its process, and is not seen. */
export function keepTally(before: ShadowTally = EMPTY_SHADOW_TALLY): TallyKeeper {
  const tally = { ...before, seen: before.seen - before.open, open: 0 };
  const dropped = { ...before.dropped };
  const end = (count: () => void) => () => {
    tally.open -= 1;
    count();
  };
  return {
    seen: () => {
      tally.seen += 1;
    },
    notReadOnly: () => {
      tally.notReadOnly += 1;
    },
    sampledOut: () => {
      tally.sampledOut += 1;
    },
    open: () => {
      tally.open += 1;
    },
    mirrored: end(() => {
      tally.mirrored += 1;
    }),
    dropped: (reason) => {
      tally.open -= 1;
      dropped[reason] += 1;
    },
    undecoded: end(() => {
      tally.notReadOnly += 1;
      tally.undecoded += 1;
    }),
    refused: (reason) => {
      dropped[reason] += 1;
    },
    askedAgain: () => {
      tally.askedAgain += 1;
    },
    now: () => ({ ...tally, dropped: { ...dropped } }),
  };
}

/** Whether every request that was seen is accounted for. */
export function isBalanced(tally: ShadowTally): boolean {
  const { seen, mirrored, sampledOut, dropped, notReadOnly, open } = tally;
  const all = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return seen === mirrored + sampledOut + all + notReadOnly + open;
}
