import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RedisError, type RespReply, respCommand, respReader } from '../../src/wire/redis/resp.ts';

function written(reply: RespReply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message}\r\n`;
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
}

const { reply } = fc.letrec<{ reply: RespReply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger().filter((value) => Math.abs(value) < 1e14),
    fc.constant(null),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
}));

test('replies read back however their bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(20)), (replies, cuts) => {
      const bytes = Buffer.from(replies.map(written).join(''));
      const reader = respReader();
      const read: RespReply[] = [];
      let at = 0;
      for (const size of cuts) {
        read.push(...reader.read(bytes.subarray(at, at + size)));
        at += size;
      }
      read.push(...reader.read(bytes.subarray(at)));
      expect(read).toEqual(replies);
    }),
  );
});

test('an error is a reply', () => {
  const [error] = respReader().read(Buffer.from('-ERR no such key\r\n'));
  expect(error).toBeInstanceOf(RedisError);
  expect((error as RedisError).message).toBe('ERR no such key');
});

test('many small replies take no more than one', () => {
  const reader = respReader(100);
  for (let turn = 0; turn < 100; turn++) {
    expect(reader.read(Buffer.from('$5\r\nhello\r\n'))).toEqual(['hello']);
  }
  expect(() =>
    reader.read(Buffer.from('*20\r\n$9\r\n123456789\r\n$9\r\n123456789\r\n$9\r\n123456789')),
  ).toThrow('larger than 100 bytes');
});

test('a command is a list of texts, of bytes where it has some', () => {
  const command = respCommand(['VSIM', 'é', Uint8Array.of(1, 13, 10)]);
  expect(command.toString('latin1')).toBe(
    '*3\r\n$4\r\nVSIM\r\n$2\r\n\u00c3\u00a9\r\n$3\r\n\u0001\r\n\r\n',
  );
});
