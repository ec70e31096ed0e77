import type { Socket } from 'node:net';
import tls from 'node:tls';
import { guardReader } from './guard-reader.ts';

const guarded = new WeakSet<object>();
let isWatching = false;

/**
 * Guards a socket as `guardReader` does, and what a client library makes of it for TLS too, where the library shows that
 * stream to nobody. The first call stands before `tls.connect` of the process from then on, and leaves all other
 * sockets alone.
 */
export function guardReaderAndTls<Guarded extends Socket>(socket: Guarded): Guarded {
  guarded.add(guardReader(socket));
  if (!isWatching) watchConnect();
  isWatching = true;
  return socket;
}

function watchConnect(): void {
  const connect = tls.connect as (...words: unknown[]) => tls.TLSSocket;
  const watched = (...words: unknown[]): tls.TLSSocket => {
    const [options] = words as [tls.ConnectionOptions | undefined];
    const secure = connect(...words);
    return options?.socket !== undefined && guarded.has(options.socket)
      ? guardReader(secure)
      : secure;
  };
  tls.connect = watched as typeof tls.connect;
}
