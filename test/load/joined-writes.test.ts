import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { joinWrites } from '../../src/load/connections/joined-writes.ts';

const open: { server: Server; socket: Socket }[] = [];

afterEach(() => {
  for (const { server, socket } of open.splice(0)) {
    socket.destroy();
    server.close();
  }
});

/** A joined socket, the bytes the other end received, and how many writes left it. */
async function joinedSocket() {
  const received: Buffer[] = [];
  const server = createServer((peer) => peer.on('data', (chunk: Buffer) => received.push(chunk)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const socket = connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  open.push({ server, socket });
  let writes = 0;
  const original = socket.write.bind(socket) as (...rest: unknown[]) => boolean;
  socket.write = (...rest: unknown[]) => {
    writes++;
    return original(...rest);
  };
  joinWrites(socket);
  return {
    socket,
    writes: () => writes,
    text: async (length: number) => {
      await expect.poll(() => Buffer.concat(received).length).toBe(length);
      return Buffer.concat(received).toString('latin1');
    },
  };
}

/** Writes as the HTTP client does: corked, the head as latin1 text and the body as bytes. */
function send(socket: Socket, head: string, body: Uint8Array): void {
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(body);
  socket.uncork();
}

describe('joined writes', () => {
  it('write head and body as one piece, and the same bytes when they are sent again', async () => {
    const { socket, writes, text } = await joinedSocket();
    const body = Buffer.from('{"q":1}');
    send(socket, 'HEAD é\r\n\r\n', body);
    send(socket, 'HEAD é\r\n\r\n', body);
    expect(writes()).toBe(2);
    const whole = 'HEAD é\r\n\r\n{"q":1}';
    expect(await text(2 * whole.length)).toBe(whole + whole);
  });

  it('follow a head that changes though the body is the same', async () => {
    const { socket, text } = await joinedSocket();
    const body = Buffer.from('b');
    send(socket, 'one:', body);
    send(socket, 'two:', body);
    send(socket, 'one:', body);
    expect(await text(15)).toBe('one:btwo:bone:b');
  });

  it('keep the order of a head and a body that is too large to join', async () => {
    const { socket, writes, text } = await joinedSocket();
    const body = Buffer.alloc(70_000, 'x');
    send(socket, 'head:', body);
    expect(writes()).toBe(2);
    const seen = await text(70_005);
    expect(seen.startsWith('head:x')).toBe(true);
  });

  it('lose nothing of what is written without a body, in several pieces or without a cork', async () => {
    const { socket, text } = await joinedSocket();
    socket.cork();
    socket.write('lonely;', 'latin1');
    socket.uncork();
    socket.write('plain;');
    socket.cork();
    socket.write('first;', 'latin1');
    socket.write('second;', 'latin1');
    socket.write(Buffer.from('third'));
    socket.uncork();
    expect(await text(31)).toBe('lonely;plain;first;second;third');
  });
});
