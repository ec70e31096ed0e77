import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MalformedReplyError } from '../dialect.ts';
import { BODIES_BYTES } from './byte-budget.ts';

/**
 * Ends a connection that receives more than an answer may take, with the error that says so; a client library collects
 * whatever comes.
 * @returns what stops counting, once the answer is whole
 */
export function limitReceived(socket: Duplex, limitBytes = BODIES_BYTES): () => void {
  let receivedBytes = 0;
  const onData = (piece: Uint8Array): void => {
    receivedBytes += piece.length;
    if (receivedBytes <= limitBytes) return;
    socket.off('data', onData);
    socket.destroy(tooLarge(limitBytes));
  };
  socket.on('data', onData);
  return () => socket.off('data', onData);
}

/** What ends an answer that is larger than it may be. */
export function tooLarge(limitBytes: number): MalformedReplyError {
  return new MalformedReplyError(`the answer is larger than ${limitBytes} bytes`);
}

/** How often a socket is looked at. */
const LOOK_MS = 20;

/** A socket that is looked at. */
export interface ReceivedWatch {
  /** What ended the connection, where it received too much. */
  readonly error: () => MalformedReplyError | null;
  readonly end: () => void;
}

/**
 * The same of a socket over which a client library puts TLS by itself, whose stream nobody else gets to see: now and
 * then it is looked at how much it has received.
 */
export function watchReceived(socket: Socket, limitBytes = BODIES_BYTES): ReceivedWatch {
  const beforeBytes = socket.bytesRead;
  let error: MalformedReplyError | null = null;
  const timer = setInterval(() => {
    if (error !== null || socket.bytesRead - beforeBytes <= limitBytes) return;
    error = tooLarge(limitBytes);
    socket.destroy(error);
  }, LOOK_MS);
  return { error: () => error, end: () => clearInterval(timer) };
}
