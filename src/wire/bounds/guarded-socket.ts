import { Socket } from 'node:net';
import { MalformedReplyError } from '../dialect.ts';

/**
 * A socket for a client library whose reader throws at bytes that are no message of its protocol: nobody could catch
 * that, and it would end the process. Here it ends the connection, with an error that says so.
 */
export class GuardedSocket extends Socket {
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event !== 'data') return super.emit(event as 'data', ...(values as [Buffer]));
    try {
      return super.emit('data', ...(values as [Buffer]));
    } catch {
      this.destroy(new MalformedReplyError('bytes that are no message of the protocol'));
      return true;
    }
  }
}
