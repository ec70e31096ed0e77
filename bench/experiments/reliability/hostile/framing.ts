import { gzipSync } from 'node:zlib';
import { body, endless, type HostileAnswer, hits, JSON_HEAD, made, plain } from './answer-kinds.ts';

const CHUNKED = `${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`;
const STRAY = `${JSON_HEAD}content-length: 41\r\n\r\n{"results":[{"id":"stray","distance":0}]}`;
const GOOD = hits('"a"', '0');

/** Answers that play with how HTTP and JSON are delimited. */
export const FRAMING_ANSWERS: Readonly<Record<string, HostileAnswer>> = {
  'a chunk whose extension never ends': endless(`${CHUNKED}1;x=`, 'a'.repeat(65_536)),
  'trailers without end': endless(`${CHUNKED}2\r\n{}\r\n0\r\n`, `x-a: ${'a'.repeat(1000)}\r\n`),
  'trailers that name a length': plain(`${CHUNKED}2\r\n{}\r\n0\r\ncontent-length: 41\r\n\r\n`),
  'chunks that end in line feeds alone': plain(`${CHUNKED}2\n{}\n0\n\n`),
  'a chunk of a negative size': plain(`${CHUNKED}-1\r\n{}\r\n0\r\n\r\n`),
  'a chunk of more than it holds': plain(`${CHUNKED}3\r\n{}\r\n0\r\n\r\n`),
  'a last chunk and another answer': plain(`${CHUNKED}2\r\n{}\r\n0\r\n\r\n${STRAY}`),
  'two codings of the transfer': plain(
    `${JSON_HEAD}transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  ),
  'gzip within gzip within gzip': made(
    () => gzipSync(gzipSync(gzipSync(Buffer.alloc(100_000_000)))),
    'content-encoding: gzip, gzip, gzip\r\n',
  ),
  'a length with a sign': plain(`${JSON_HEAD}content-length: +2\r\n\r\n{}`),
  'a length in hexadecimal digits': plain(`${JSON_HEAD}content-length: 0x2\r\n\r\n{}`),
  'a list of lengths': plain(`${JSON_HEAD}content-length: 2, 41\r\n\r\n{}${STRAY.slice(-41)}`),
  'an interim answer with a body': plain(
    `HTTP/1.1 103 Early Hints\r\ncontent-length: 5\r\n\r\nabcde${JSON_HEAD}content-length: 2\r\n\r\n{}`,
  ),
  'a header over two lines': plain(`${JSON_HEAD}x-a: b\r\n c: d\r\ncontent-length: 2\r\n\r\n{}`),
  'a header with a NUL': plain(`${JSON_HEAD}x-a: \0\r\ncontent-length: 2\r\n\r\n{}`),
  'a thousand headers': plain(
    `${JSON_HEAD}${'set-cookie: a=b\r\n'.repeat(1000)}content-length: 2\r\n\r\n{}`,
  ),
  'a connection kept for 10^30 seconds': body(GOOD, 'keep-alive: timeout=1e30, max=1e30\r\n'),
  'a connection kept for no time': body(GOOD, 'keep-alive: timeout=0\r\n'),
  'an offer of HTTP/2': body(GOOD, 'upgrade: h2c\r\nconnection: upgrade\r\n'),
  'HTTP/1.0 without a length': (socket) => {
    socket.end(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${GOOD}`);
  },
  'a status without a reason': plain('HTTP/1.1 200\r\ncontent-length: 2\r\n\r\n{}'),
  'not modified, with a body': plain('HTTP/1.1 304 No\r\ncontent-length: 2\r\n\r\n{}'),
  'two types of content': body(GOOD, 'content-type: text/html\r\n'),
  'JSON behind a mark of its byte order': body(`\uFEFF${GOOD}`),
  'JSON in UTF-16': body(Buffer.from(GOOD, 'utf16le')),
  'a NUL in an id': body(hits('"a\\u0000b"', '0')),
  'ids that differ by how an accent is written': body(
    `{"results":[{"id":"\u00e9","distance":0},{"id":"e\u0301","distance":0}],"sources":[],"result":[]}`,
  ),
  'ids that differ by what cannot be seen': body(
    '{"results":[{"id":"a","distance":0},{"id":"a\u200B","distance":0}],"sources":[],"result":[]}',
  ),
  'minus zero': body(hits('"a"', '-0')),
  'distances at the end of all numbers': body(hits('"a"', '1.7976931348623157e308')),
  'an exponent of 900 digits': body(hits('"a"', `1e${'9'.repeat(900)}`)),
  'fields in capitals': body(GOOD.replace('results', 'Results').replace('"id"', '"ID"')),
  'a field in two spellings': body(hits('"a","ID":"b","Id":"c"', '0,"Distance":"x"')),
};
