import type { Socket } from 'node:net';

/** Bodies above this are written as they are: joining would copy much to save one small call. */
const MAX_JOINED_BYTES = 64 * 1024;

interface Joined {
  readonly head: string;
  readonly bytes: Buffer;
}

/** The last joined form of each body; a body is sent again and again under the same head. */
const joinedByBody = new WeakMap<Uint8Array, Joined>();

/** Head and body in one piece, made once as long as the head stays the same. */
function joinedBytes(head: string, body: Uint8Array): Buffer {
  const known = joinedByBody.get(body);
  if (known !== undefined && known.head === head) return known.bytes;
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body]);
  joinedByBody.set(body, { head, bytes });
  return bytes;
}

/**
 * Makes a socket write the head and the body of a request as one buffer. The HTTP client corks the
 * socket, writes the head as latin1 text and the body as bytes, and uncorks it; encoding and gathering
 * the two costs the driver about a microsecond a request, and for the same request it is always the
 * same bytes. Anything else that is written passes through.
 *
 * @param socket connected, and not yet used by the HTTP client
 */
export function joinWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (
    chunk: string | Uint8Array,
    ...rest: unknown[]
  ) => boolean;
  let isCorked = false;
  let head: string | null = null;
  const flushHead = () => {
    if (head === null) return;
    const text = head;
    head = null;
    write(text, 'latin1');
  };
  socket.cork = () => {
    isCorked = true;
  };
  socket.uncork = () => {
    isCorked = false;
    flushHead();
  };
  socket.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    if (!isCorked) return write(chunk, ...rest);
    if (typeof chunk === 'string' && rest[0] === 'latin1' && head === null) {
      head = chunk;
      return true;
    }
    if (head !== null && typeof chunk !== 'string' && chunk.length <= MAX_JOINED_BYTES) {
      const bytes = joinedBytes(head, chunk);
      head = null;
      return write(bytes, ...rest);
    }
    flushHead();
    return write(chunk, ...rest);
  };
}
