import { connect, type Socket } from 'node:net';
import { pace, systemClock } from '../../../src/load/pace/pacer.ts';
import type { Schedule } from '../../../src/load/pace/schedule.ts';
import type { PreparedRequest } from '../../../src/wire/http/prepare.ts';

/** Opened beforehand; a request that finds none free waits for the next one. */
const SOCKETS = 64;

/** Time for what is in flight when the last request was sent. */
const DRAIN_MS = 200;

/**
 * The least that any driver on this machine can see: the same schedule over bare sockets, the request as
 * ready bytes, the answer taken as whole with its first bytes. No HTTP client, no tally, no answers.
 *
 * @param url of a server that answers each request in one piece
 * @returns end − intended in milliseconds of the measured requests
 */
export async function rawRoundTrips(
  url: string,
  exchange: PreparedRequest,
  schedule: Schedule,
): Promise<Float64Array> {
  const { host, hostname, port } = new URL(url);
  const bytes = requestBytes(exchange, host);
  const endMs = new Float64Array(schedule.count).fill(Number.NaN);
  const rows = new Map<Socket, number>();
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, () => openSocket(hostname, Number(port))),
  );
  const free = [...sockets];
  let activity = 0;
  const waiting: number[] = [];
  let startedMs = 0;
  const send = (socket: Socket, row: number) => {
    rows.set(socket, row);
    socket.write(bytes);
  };
  for (const socket of sockets) {
    socket.on('data', () => {
      activity++;
      endMs[rows.get(socket) ?? -1] = systemClock.now() - startedMs;
      const next = waiting.shift();
      if (next === undefined) free.push(socket);
      else send(socket, next);
    });
  }
  try {
    startedMs = systemClock.now();
    await pace({
      intendedMs: schedule.intendedMs,
      mode: 'precise',
      clock: systemClock,
      startedMs,
      activity: () => activity,
      fire: (row) => {
        activity++;
        const socket = free.pop();
        if (socket === undefined) waiting.push(row);
        else send(socket, row);
      },
    });
    await new Promise<void>((resolve) => systemClock.after(DRAIN_MS, resolve));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return endMs
    .map((end, row) => end - (schedule.intendedMs[row] ?? Number.NaN))
    .filter((value, row) => schedule.measured[row] === 1 && !Number.isNaN(value));
}

function requestBytes({ method, path, headers, body }: PreparedRequest, host: string): Buffer {
  const pairs = headers.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : [],
  );
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    'connection: keep-alive',
    ...pairs,
    `content-length: ${body?.length ?? 0}`,
  ];
  return Buffer.concat([
    Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ]);
}

function openSocket(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true });
  socket.once('connect', () => resolve(socket));
  socket.on('error', reject);
  return promise;
}
