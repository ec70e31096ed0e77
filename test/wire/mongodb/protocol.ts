import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

/*
 * MongoDB's wire protocol, as far as its driver uses it: OP_MSG with bodies and sequences of documents, and OP_QUERY
 * for the first greeting.
 */

/** Answers one command; null hangs up. */
export type OnCommand = (command: Document) => Document | null;

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** Listens on a free port of loopback; every command of every connection goes to `onCommand`. */
export async function listen(
  onCommand: OnCommand,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= HEADER && waiting.length >= waiting.readInt32LE(0)) {
        const length = waiting.readInt32LE(0);
        answer(socket, waiting.subarray(0, length), onCommand);
        waiting = waiting.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(socket: Socket, message: Buffer, onCommand: OnCommand): void {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const afterName = message.indexOf(0, HEADER + 4) + 1;
    const reply = onCommand(BSON.deserialize(message.subarray(afterName + 8)));
    if (reply === null) return void socket.destroy();
    const head = Buffer.alloc(20);
    head.writeInt32LE(1, 16);
    send(socket, id, OP_REPLY, [head, Buffer.from(BSON.serialize(reply))]);
    return;
  }
  if (opCode !== OP_MSG) return void socket.destroy();
  const flags = message.readUInt32LE(HEADER);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const reply = onCommand(sectionsOf(message.subarray(HEADER + 4, end)));
  if (reply === null) return void socket.destroy();
  if (flags & MORE_TO_COME) return;
  send(socket, id, OP_MSG, [Buffer.alloc(5), Buffer.from(BSON.serialize(reply))]);
}

/** The body, with each sequence of documents as a member of it. */
function sectionsOf(sections: Buffer): Document {
  let command: Document = {};
  for (let at = 0; at < sections.length; ) {
    const kind = sections[at];
    const length = sections.readInt32LE(at + 1);
    const section = sections.subarray(at + 1, at + 1 + length);
    at += 1 + length;
    if (kind === 0) {
      command = { ...BSON.deserialize(section, { promoteBuffers: false }), ...command };
      continue;
    }
    const nameEnd = section.indexOf(0, 4);
    const documents: Document[] = [];
    for (let from = nameEnd + 1; from < length; from += section.readInt32LE(from)) {
      const one = section.subarray(from, from + section.readInt32LE(from));
      documents.push(BSON.deserialize(one));
    }
    command[section.toString('utf8', 4, nameEnd)] = documents;
  }
  return command;
}

function send(socket: Socket, to: number, opCode: number, parts: readonly Buffer[]): void {
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + parts.reduce((sum, part) => sum + part.length, 0), 0);
  header.writeInt32LE(to, 8);
  header.writeInt32LE(opCode, 12);
  socket.write(Buffer.concat([header, ...parts]));
}
