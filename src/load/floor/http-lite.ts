import { createServer, type Server, type Socket } from 'node:net';

/** What a request may be answered with. */
export interface LiteReply {
  /** Sends bytes made by `replyBytes`. */
  readonly send: (bytes: Uint8Array) => void;
  /** Breaks the connection with a TCP reset. */
  readonly reset: () => void;
}

/** Ends of line that close the head of an HTTP request. */
const HEAD_END = Buffer.from('\r\n\r\n');

/** A whole HTTP/1.1 response with a JSON body, ready to be written. */
export function replyBytes(status: number, body: string): Uint8Array {
  const size = Buffer.byteLength(body);
  return Buffer.from(
    `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n${body}`,
  );
}

/**
 * An HTTP/1.1 server that does as little as it may: it finds the end of each request by its
 * content-length and leaves the answer to `onRequest`. No chunked requests, no pipelining of answers.
 */
export function createLiteServer(onRequest: (reply: LiteReply, index: number) => void): Server {
  let index = 0;
  return createServer({ noDelay: true }, (socket) => {
    const reply: LiteReply = {
      send: (bytes) => {
        if (!socket.destroyed) socket.write(bytes);
      },
      reset: () => socket.resetAndDestroy(),
    };
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let size = requestSize(rest); size > 0; size = requestSize(rest)) {
        rest = rest.subarray(size);
        onRequest(reply, index++);
      }
    });
    ignoreErrors(socket);
  });
}

/** Bytes of the first whole request in a buffer, 0 where it is not whole yet. */
export function requestSize(buffer: Buffer): number {
  const headEnd = buffer.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const head = buffer.toString('latin1', 0, headEnd);
  const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const size = headEnd + HEAD_END.length + Number(length ?? 0);
  return size <= buffer.length ? size : 0;
}

function ignoreErrors(socket: Socket): void {
  socket.on('error', () => socket.destroy());
}
