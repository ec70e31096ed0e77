import { connect, type Socket } from 'node:net';

const TRIES = 3;
const LONGEST_MS = 1_000;

/** Least milliseconds of a few TCP handshakes with the host of a URL: the way there and back; null where none stands. */
export async function connectMs(url: string, signal: AbortSignal): Promise<number | null> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const place = { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
  const timesMs: number[] = [];
  for (let at = 0; at < TRIES && !signal.aborted; at++) {
    const startedMs = performance.now();
    const socket = connect(place);
    const stands = await standing(socket);
    if (stands) timesMs.push(performance.now() - startedMs);
    socket.destroy();
  }
  return timesMs.length === 0 ? null : Math.min(...timesMs);
}

function standing(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.setTimeout(LONGEST_MS);
    socket.once('connect', () => resolve(true));
    for (const event of ['error', 'timeout', 'close'] as const) {
      socket.once(event, () => resolve(false));
    }
  });
}
