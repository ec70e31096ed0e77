import { MalformedReplyError } from '../dialect.ts';

/** Bytes of a message; the protocol has no larger one. */
const LONGEST_MESSAGE = 48_000_000;
const HEADER_BYTES = 16;
/** Of a message with one document: header, flags, the kind of the section, and an empty document. */
const SHORTEST_MESSAGE = HEADER_BYTES + 4 + 1 + 5;
const OP_REPLY = 1;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
/** Up to the number of documents of an OP_REPLY. */
const LOOKED_AT_BYTES = 36;

/**
 * Looks at the head of each message as its bytes come. MongoDB's library believes it: it collects however many bytes
 * a message says that it has, and makes as many documents as it says, so that forty bytes end the process.
 * @returns what is given the bytes of one connection, in order
 * @throws MalformedReplyError by what is returned
 */
export function messageChecker(): (bytes: Uint8Array) => void {
  const head = Buffer.alloc(LOOKED_AT_BYTES);
  let known = 0;
  /** Bytes of the message that have not come, once its head is looked at. */
  let left = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (left > 0) {
        const step = Math.min(left, bytes.length - at);
        left -= step;
        at += step;
        continue;
      }
      head[known] = bytes[at] as number;
      known += 1;
      at += 1;
      if (known >= 4) {
        const length = checkedLength(head);
        if (known === Math.min(length, LOOKED_AT_BYTES)) {
          checkContent(head, length);
          left = length - known;
          known = 0;
        }
      }
    }
  };
}

function checkedLength(head: Buffer): number {
  const length = head.readInt32LE(0);
  if (length >= SHORTEST_MESSAGE && length <= LONGEST_MESSAGE) return length;
  throw new MalformedReplyError(`a message of ${length} bytes`);
}

function checkContent(head: Buffer, length: number): void {
  const code = head.readInt32LE(12);
  if (code === OP_REPLY) {
    const documents = length < LOOKED_AT_BYTES ? 0 : head.readInt32LE(32);
    if (documents === 1) return;
    throw new MalformedReplyError(`a message of ${documents} documents`);
  }
  if (code !== OP_MSG) throw new MalformedReplyError(`a message of kind ${code}`);
  const checksum = head.readInt32LE(HEADER_BYTES) & CHECKSUM_PRESENT ? 4 : 0;
  const size = head.readInt32LE(HEADER_BYTES + 5);
  const isOneDocument =
    head[HEADER_BYTES + 4] === 0 && size === length - HEADER_BYTES - 5 - checksum;
  if (!isOneDocument) throw new MalformedReplyError('a message that is not one document');
}
