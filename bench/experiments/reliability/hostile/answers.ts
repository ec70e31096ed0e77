import { brotliCompressSync, gzipSync } from 'node:zlib';
import { body, endless, type HostileAnswer, hits, JSON_HEAD, made, plain } from './answer-kinds.ts';
import { FRAMING_ANSWERS } from './framing.ts';

const CHUNK = Buffer.alloc(256 * 1024, 0x20);
/** Long enough to be refused, or to hurt. */
const LONG = 60_000_000;

/** By name; each is tried against every way of asking. */
export const HOSTILE_ANSWERS: Readonly<Record<string, HostileAnswer>> = {
  'an endless body': endless(`${JSON_HEAD}\r\n`, CHUNK),
  'an endless body of an error': endless('HTTP/1.1 500 No\r\n\r\n', CHUNK),
  'an endless string': endless(
    `${JSON_HEAD}\r\n{"results":[{"id":"`,
    Buffer.alloc(CHUNK.length, 0x61),
  ),
  'endless chunks of a byte': endless(
    `${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`,
    '1\r\n \r\n'.repeat(1000),
  ),
  'an endless head': endless('HTTP/1.1 200 OK\r\n', `x-a: ${'a'.repeat(1000)}\r\n`),
  'endless interim answers': endless('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'a slow head': endless('HTTP/1.1 200 OK\r\nx: ', 'a', 50),
  'a slow body': endless(`${JSON_HEAD}content-length: 100000\r\n\r\n`, ' ', 50),
  silence: () => {},
  'gzip of a gigabyte': made(
    () => gzipSync(Buffer.alloc(100_000_000)),
    'content-encoding: gzip\r\n',
  ),
  brotli: made(() => brotliCompressSync(Buffer.alloc(1_000_000)), 'content-encoding: br\r\n'),
  'an unknown coding': body(hits('"a"', '0'), 'content-encoding: x-rot13\r\n'),
  'gzip that is not declared': made(() => gzipSync(hits('"a"', '0'))),
  '60 MB of brackets': made(() => '['.repeat(LONG)),
  '60 MB of objects within objects': made(() => '{"a":'.repeat(LONG / 5)),
  '60 MB of empty objects': made(() => `[${'{},'.repeat(LONG / 3)}{}]`),
  '60 MB of zeros': made(() => `{"results":[${'0,'.repeat(LONG / 2)}0]}`),
  '60 MB of keys': made(
    () => `{${Array.from({ length: 4_000_000 }, (_, at) => `"k${at}":0`).join(',')}}`,
  ),
  '60 MB of digits': made(() => hits('1'.repeat(LONG), '0')),
  'an id of 60 MB': made(() => hits(`"${'a'.repeat(LONG)}"`, '0')),
  'ids of 100 kB, hundreds of them': made(() => longIds(500)),
  'ids of 100 kB, as many as are read': made(() => longIds(330)),
  'a name of a field of 10 MB': made(() =>
    hits('"a"', '0', `,"metadata":{"${'c'.repeat(10_000_000)}":1}`),
  ),
  '1e999': body(hits('"a"', '1e999')),
  'a number of 400 digits': body(hits('9'.repeat(400), '9'.repeat(400))),
  'not a number': body(hits('"a"', 'NaN')),
  'two members of one name': body(hits('"a","id":"b"', '0,"distance":1')),
  '__proto__ everywhere': body(
    hits(
      '"__proto__"',
      '0',
      ',"metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ),
  ),
  'control characters': body(hits(JSON.stringify('\u001B[2J\u202E\u0000\n|x'), '0')),
  'bytes that are no UTF-8': made((random) =>
    Buffer.from(Array.from({ length: 1000 }, () => random.below(256))),
  ),
  'half a surrogate': body(hits('"\\ud800"', '0')),
  'an empty body': body(''),
  null: body('null'),
  'a list': body('[]'),
  HTML: plain('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\n<b>no'),
  'fewer bytes than promised': (socket) => {
    socket.write(`${JSON_HEAD}content-length: 1000\r\n\r\n{}`);
    socket.end();
  },
  'more bytes than promised': plain(
    `${JSON_HEAD}content-length: 2\r\n\r\n{}{"results":[{"id":"smuggled","distance":0}]}`,
  ),
  'an answer to a question nobody asked': plain(
    `${JSON_HEAD}content-length: 2\r\n\r\n{}${JSON_HEAD}content-length: 41\r\n\r\n{"results":[{"id":"stray","distance":0}]}`,
  ),
  'two lengths': plain(`${JSON_HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
  'a length and chunks': plain(
    `${JSON_HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  'a length of 10^30': plain(`${JSON_HEAD}content-length: 1${'0'.repeat(30)}\r\n\r\n{}`),
  'a length below zero': plain(`${JSON_HEAD}content-length: -1\r\n\r\n{}`),
  'a chunk that is longer than memory': plain(
    `${JSON_HEAD}transfer-encoding: chunked\r\n\r\nfffffffff\r\n{}`,
  ),
  'a reset': (socket) => void socket.resetAndDestroy(),
  'a reset in the middle': (socket, random) => {
    socket.write(`${JSON_HEAD}content-length: 1000\r\n\r\n${' '.repeat(random.below(1000))}`);
    setTimeout(() => socket.resetAndDestroy(), random.below(20));
  },
  'a redirect to another host': (socket, random, elsewhere) => {
    const status = random.pick([301, 302, 303, 307, 308]);
    socket.write(
      `HTTP/1.1 ${status} Moved\r\nlocation: ${elsewhere}/stolen\r\ncontent-length: 0\r\n\r\n`,
    );
  },
  'a redirect to itself': plain('HTTP/1.1 307 Loop\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'),
  'another protocol': plain(
    'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\n',
  ),
  'no HTTP at all': plain('SSH-2.0-OpenSSH_9.9\r\n\r\n'),
  'a status of 999': plain('HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n'),
  'a status text of 100 kB': plain(
    `HTTP/1.1 500 ${'x'.repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`,
  ),
  'an error of 10 MB': made(() => JSON.stringify({ error: '\u001B[31m'.repeat(2_000_000) })),
  'a wait of 10^30 seconds': plain(
    `HTTP/1.1 429 Later\r\nretry-after: 1${'0'.repeat(30)}\r\ncontent-length: 0\r\n\r\n`,
  ),
  'a body with no content': plain('HTTP/1.1 204 None\r\ncontent-length: 5\r\n\r\nabcde'),
  'random bytes': (socket, random) => {
    socket.write(
      Buffer.from(Array.from({ length: 1 + random.below(5000) }, () => random.below(256))),
    );
    socket.end();
  },
  ...FRAMING_ANSWERS,
};

function longIds(count: number): string {
  const rows = Array.from({ length: count }, () => `{"id":"${'b'.repeat(100_000)}","distance":0}`);
  return `{"results":[${rows.join(',')}]}`;
}
