import type { Socket } from 'node:net';
import { MalformedReplyError } from '../dialect.ts';

/**
 * Guards a socket whose client library throws at bytes that are no message of its protocol: nobody could catch that, and
 * it would end the process. It ends the connection instead, with an error that says so.
 * @param check looks at bytes before the library does; what it throws ends the connection
 */
export function guardReader<Guarded extends Socket>(
  socket: Guarded,
  check: (bytes: Uint8Array) => void = () => {},
): Guarded {
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event as 'data', ...(values as [Buffer]));
    try {
      check(values[0] as Buffer);
      return emit('data', ...(values as [Buffer]));
    } catch (error) {
      socket.destroy(
        error instanceof MalformedReplyError
          ? error
          : new MalformedReplyError('bytes that are no message of the protocol'),
      );
      return true;
    }
  };
  return socket;
}
