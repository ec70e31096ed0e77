import type { Socket } from 'node:net';
import { MalformedReplyError } from '../dialect.ts';

/**
 * Guards a socket whose client library throws at bytes that are no message of its protocol: nobody could catch that, and
 * it would end the process. It ends the connection instead, with an error that says so.
 */
export function guardReader<Guarded extends Socket>(socket: Guarded): Guarded {
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event as 'data', ...(values as [Buffer]));
    try {
      return emit('data', ...(values as [Buffer]));
    } catch {
      socket.destroy(new MalformedReplyError('bytes that are no message of the protocol'));
      return true;
    }
  };
  return socket;
}
