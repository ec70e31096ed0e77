import type { OutcomeKind } from '../../wire/outcome.ts';

/** The bytes of a reply as they came, joined only when somebody looks. */
export interface ReplyBody {
  readonly sizeBytes: number;
  /** All bytes in one piece; valid until the callback returns. */
  readonly bytes: () => Uint8Array;
}

/** Where a transport reports what became of a request; times are of the transport's clock, in milliseconds. */
export interface ReplyHandler {
  readonly onWritten: (row: number, atMs: number) => void;
  readonly onFirstByte: (row: number, status: number, atMs: number) => void;
  /** Called exactly once for every request that was sent, queued or cancelled. */
  readonly onEnd: (row: number, outcome: OutcomeKind, atMs: number, body: ReplyBody) => void;
}

/** What carries requests to one arm; a test hands in one without a network. */
export interface Transport {
  /** Sends a request now, or as soon as a connection is free. */
  readonly send: (row: number, query: number) => void;
  /** Gives a request up: ends it as `timeout` where it was written, as `unsent` where it was not. */
  readonly cancel: (row: number) => void;
  /** Regular housekeeping, every few milliseconds. */
  readonly tick: () => void;
}

/** A reply without a body. */
export const NO_BODY: ReplyBody = { sizeBytes: 0, bytes: () => new Uint8Array(0) };
