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
    socket.destroy(new MalformedReplyError(`the answer is larger than ${limitBytes} bytes`));
  };
  socket.on('data', onData);
  return () => socket.off('data', onData);
}
