import type { DropReason, ShadowBooks } from '../record/shadow-record.ts';

/** The running count of what becomes of requests. */
export interface BookKeeper {
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
  readonly now: () => ShadowBooks;
}

/** Books of nothing yet. */
export const NO_SHADOW_BOOKS: ShadowBooks = {
  seen: 0,
  mirrored: 0,
  sampledOut: 0,
  dropped: { behind: 0, off: 0, tooLong: 0, noAnswer: 0, stopped: 0 },
  notReadOnly: 0,
  undecoded: 0,
  open: 0,
  askedAgain: 0,
};

/** Goes on from books that were written; what was under way then was lost with its process, and is not seen. */
export function keepBooks(before: ShadowBooks = NO_SHADOW_BOOKS): BookKeeper {
  const books = { ...before, seen: before.seen - before.open, open: 0 };
  const dropped = { ...before.dropped };
  const end = (count: () => void) => () => {
    books.open -= 1;
    count();
  };
  return {
    seen: () => {
      books.seen += 1;
    },
    notReadOnly: () => {
      books.notReadOnly += 1;
    },
    sampledOut: () => {
      books.sampledOut += 1;
    },
    open: () => {
      books.open += 1;
    },
    mirrored: end(() => {
      books.mirrored += 1;
    }),
    dropped: (reason) => {
      books.open -= 1;
      dropped[reason] += 1;
    },
    undecoded: end(() => {
      books.notReadOnly += 1;
      books.undecoded += 1;
    }),
    refused: (reason) => {
      dropped[reason] += 1;
    },
    askedAgain: () => {
      books.askedAgain += 1;
    },
    now: () => ({ ...books, dropped: { ...dropped } }),
  };
}

/** Whether every request that was seen is accounted for. */
export function isBalanced(books: ShadowBooks): boolean {
  const { seen, mirrored, sampledOut, dropped, notReadOnly, open } = books;
  const all = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return seen === mirrored + sampledOut + all + notReadOnly + open;
}
