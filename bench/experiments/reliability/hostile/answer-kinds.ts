import type { Socket } from 'node:net';
import type { Random } from '../../../../src/stats/random.ts';

/** One way in which a backend answers any request; it is given the connection once a request has come. */
export type HostileAnswer = (socket: Socket, random: Random, elsewhere: string) => void;

/** The head of an answer in JSON, but for its length. */
export const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Sends a body of JSON whole. */
export function body(text: string | Buffer, headers = ''): HostileAnswer {
  return (socket) => {
    socket.write(`${JSON_HEAD}${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n`);
    socket.write(text);
  };
}

/** Makes a body when it is asked for: some are large. */
export function made(make: (random: Random) => string | Buffer, headers = ''): HostileAnswer {
  return (socket, random, elsewhere) => body(make(random), headers)(socket, random, elsewhere);
}

/** Writes a piece again and again, as fast as it is taken, or every so many milliseconds. */
export function endless(start: string, piece: Buffer | string, everyMs = 0): HostileAnswer {
  return (socket) => {
    socket.write(start);
    if (everyMs > 0) {
      const timer = setInterval(() => socket.write(piece), everyMs);
      socket.on('close', () => clearInterval(timer));
      return;
    }
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
  };
}

/** Sends bytes as they are, head and all; one byte a character. */
export function plain(text: string): HostileAnswer {
  return (socket) => void socket.write(text, 'latin1');
}

/** An answer of any known dialect with one hit. */
export const hits = (id: string, distance: string, more = ''): string =>
  `{"results":[{"id":${id},"distance":${distance},"score":${distance}${more}}],"sources":[],"result":[]}`;
