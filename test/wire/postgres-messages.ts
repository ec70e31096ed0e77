import type { Socket } from 'node:net';

/** Four bytes, the highest first. */
export const int = (value: number): Buffer =>
  Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);

/** A message as a PostgreSQL server sends it. */
export const message = (type: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type), int(body.length + 4), body]);

/** Lets a client in that need not log in. */
export const WELCOME = Buffer.concat([message('R', int(0)), message('Z', Buffer.from('I'))]);

/** Lets a client in as PostgreSQL would, and does this with each of its statements. */
export function afterWelcome(answer: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    let isIn = false;
    socket.on('data', () => {
      if (isIn) answer(socket);
      else socket.write(WELCOME);
      isIn = true;
    });
  };
}
