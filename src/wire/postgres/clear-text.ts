import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Of this machine itself, in both families, or in the form of the one within the other. */
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** Whether others can read what goes over a stream: it has no TLS, and leaves this machine. */
export function isReadable(stream: Pick<Socket, 'remoteAddress'>): boolean {
  const { remoteAddress } = stream;
  return (
    !(stream instanceof TLSSocket) && remoteAddress !== undefined && !LOOPBACK.test(remoteAddress)
  );
}

/** Ends a connection whose server asks for the password itself where others can read it. */
export function refuseClearText(stream: Socket): void {
  if (!isReadable(stream)) return;
  const why = 'the server asks for the password in clear text over a connection without TLS';
  const error = new Error(`${why}: set tls=true, or let it log in by scram-sha-256`);
  stream.destroy(Object.assign(error, { code: 'CLEAR_TEXT' }));
}
