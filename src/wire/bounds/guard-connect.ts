import { lookup as lookUp } from 'node:dns';
import net, { type LookupFunction, type Socket } from 'node:net';
import tls from 'node:tls';

type Guard = (socket: Socket) => void;

const guards = new WeakMap<object, Guard>();
let isWatching = false;

/**
 * Guards the sockets of a client library that opens them itself and shows them to nobody: they are known by the function
 * that looks up names, which such a library hands on. The first call stands before `net.createConnection` and
 * `tls.connect` of the process from then on, and leaves all other sockets alone.
 * @returns the function to give to the library; it looks up names as always
 */
export function guardedLookup(guard: Guard): LookupFunction {
  const lookup: LookupFunction = (hostname, options, callback) => {
    lookUp(hostname, options, callback);
  };
  guards.set(lookup, guard);
  if (!isWatching) {
    net.createConnection = watched(net.createConnection) as typeof net.createConnection;
    tls.connect = watched(tls.connect) as typeof tls.connect;
  }
  isWatching = true;
  return lookup;
}

function watched(connect: (...words: never[]) => Socket): (...words: unknown[]) => Socket {
  return (...words) => {
    const socket = connect(...(words as never[]));
    const [options] = words as [{ readonly lookup?: object } | undefined];
    const guard = options?.lookup === undefined ? undefined : guards.get(options.lookup);
    guard?.(socket);
    return socket;
  };
}
