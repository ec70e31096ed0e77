import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyBuffer } from '../../src/wire/bounds/body-buffer.ts';
import { byteBudget } from '../../src/wire/bounds/byte-budget.ts';
import { JsonBounds } from '../../src/wire/bounds/json-bounds.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { connect, json, serve, serveRaw } from './loopback.ts';

async function found(url: string, requestMs = 60_000) {
  const backend = connect({ url, dialect: goLakehouse(), timeouts: { requestMs } });
  return await backend.search({ collection: 'c', text: 'x', k: 2 });
}

/** Answers with these bytes as they are, head and all. */
async function raw(answer: string | Buffer): Promise<string> {
  return await serveRaw((socket) => socket.on('data', () => socket.write(answer)));
}

function head(length: number, more = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`;
}

describe('an answer of a hostile backend', () => {
  const result = (fields: string) => `{"results":[{"id":"a","distance":0.5${fields}}]}`;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'an id of 100 kB',
      `{"results":[{"id":"${'a'.repeat(100_000)}","distance":0}]}`,
      /hits\[0\]\.id: 100000 char/,
    ],
    ['60 MB of brackets', '['.repeat(60_000_000), /nested deeper than 128/],
    [
      'nesting in a field nobody reads',
      result(`,"x":${'['.repeat(200)}${']'.repeat(200)}`),
      /nested/,
    ],
    [
      'an id of 10 MB',
      `{"results":[{"id":"${'a'.repeat(10_000_000)}","distance":0}]}`,
      /a string of more than 8388608 bytes/,
    ],
    ['1e999', '{"results":[{"id":"a","distance":1e999}]}', /distance/],
    [
      'an id of 400 digits in place of a text',
      `{"results":[{"id":${'9'.repeat(400)},"distance":0}]}`,
      /id: expected string/,
    ],
    [
      'a number of a megabyte',
      `{"results":[{"id":"a","distance":${'1'.repeat(1_000_000)}}]}`,
      /a number of more than 1024/,
    ],
    [
      'more objects than anything needs',
      `[${'{},'.repeat(1_100_000)}{}]`,
      /more than 1000000 objects/,
    ],
    [
      'thousands of hits for two',
      `{"results":[${'{"id":"a","distance":0},'.repeat(1500)}{"id":"b","distance":0}]}`,
      /1501 where 2 were asked for/,
    ],
  ];
  it.each(cases)('is malformed for %s, and the place is named', async (_name, body, detail) => {
    const { url } = await serve(json(body));
    const outcome = await found(url);
    expect(outcome.kind).toBe('malformed');
    if (outcome.kind !== 'ok') expect(outcome.detail).toMatch(detail);
  });

  it('is given up as soon as so much has come that it cannot be read', async () => {
    let sentBytes = 0;
    const piece = Buffer.alloc(65_536, '[');
    const url = await serveRaw((socket) => {
      const more = (): void => {
        while (!socket.destroyed && sentBytes < 32_000_000) {
          sentBytes += piece.length;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('data', () => socket.write(head(32_000_000)));
      socket.on('data', more);
      socket.on('drain', more);
    });
    expect(await found(url)).toMatchObject({
      kind: 'malformed',
      detail: expect.stringContaining('nested deeper than 128'),
    });
    expect(sentBytes).toBeLessThan(16_000_000);
  });

  it('is malformed where it is compressed, by a coding that is known or not', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    for (const coding of ['gzip', 'x-rot13']) {
      const url = await raw(
        Buffer.concat([Buffer.from(head(bomb.length, `content-encoding: ${coding}\r\n`)), bomb]),
      );
      const outcome = await found(url);
      expect(outcome.kind).toBe('malformed');
      expect(outcome.sizeBytes).toBeLessThan(1_000_000);
    }
  });

  it('takes the last of two members of one name, as every reader of JSON does', async () => {
    const { url } = await serve(json('{"results":[{"id":"a","id":"b","distance":0}]}'));
    const outcome = await found(url);
    expect(outcome).toMatchObject({ kind: 'ok', value: { hits: [{ id: 'b' }] } });
  });

  it('keeps __proto__ as an id, a collection and a field, and changes no prototype', async () => {
    const { url } = await serve(
      json(
        '{"results":[{"id":"__proto__","distance":0,"metadata":{"__proto__":"x","constructor":"y"}}]}',
      ),
    );
    const outcome = await found(url);
    if (outcome.kind !== 'ok') throw new Error(outcome.detail);
    const [hit] = outcome.value.hits;
    expect(hit?.id).toBe('__proto__');
    expect(Object.keys(hit?.metadata ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('ends at the deadline where it comes a byte at a time, in its head or in its body', async () => {
    for (const start of ['HTTP/1.1 200 OK\r\nx-a: ', head(1_000_000)]) {
      const url = await serveRaw((socket) => {
        socket.on('data', () => socket.write(start));
        const drip = setInterval(() => socket.write('1'), 20);
        socket.on('close', () => clearInterval(drip));
      });
      expect((await found(url, 300)).kind).toBe('timeout');
    }
  });

  it('ends where it never ends, and no more of it is kept than all answers may take together', async () => {
    const url = await serveRaw((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
        const chunk = Buffer.alloc(1_000_000, 0x20);
        const more = (): void => {
          while (!socket.destroyed && socket.write(chunk));
        };
        socket.on('drain', more);
        more();
      });
    });
    const backend = connect({ url, dialect: goLakehouse(), maxBodyBytes: 2_000_000 });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => backend.search({ collection: 'c', text: 'x', k: 2 })),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        kind: 'malformed',
        detail: expect.stringContaining('larger than'),
      });
      expect(outcome.sizeBytes).toBeLessThan(4_000_000);
    }
  });

  it('is read up to 64 MiB, and up to 32 MiB where it answers a query', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': String(40 * 1024 * 1024),
      });
      response.end();
    });
    const backend = connect({ url, dialect: goLakehouse() });
    const larger = connect({ url, dialect: goLakehouse(), maxBodyBytes: 64 * 1024 * 1024 });
    const tooLarge = { kind: 'malformed', detail: 'the body is larger than 33554432 bytes' };
    const read = { kind: 'reset' };
    const search = { collection: 'c', text: 'x', k: 2 };
    const retrieval = { collections: ['c'], text: 'x', k: 2 };
    expect(await backend.search(search)).toMatchObject(tooLarge);
    expect(await backend.retrieve(retrieval)).toMatchObject(tooLarge);
    expect(await backend.embed({ texts: ['x'], kind: 'query' })).toMatchObject(read);
    expect(await larger.search(search)).toMatchObject(read);
  });

  it('is never asked again elsewhere: a redirect ends the request, and no header goes on', async () => {
    const elsewhere = await serve(json({ results: [] }));
    for (const location of [`${elsewhere.url}/v1`, '/v1/vectors/search', '//[::1]:1/']) {
      for (const status of [301, 302, 303, 307, 308]) {
        const { url, received } = await serve((_request, response) => {
          response.writeHead(status, { location }).end();
        });
        const backend = connect({
          url,
          dialect: goLakehouse(),
          headers: { authorization: 'Bearer s3cret' },
        });
        const outcome = await backend.search({ collection: 'c', text: 'x', k: 2 });
        expect(outcome).toMatchObject({ kind: 'http', status });
        expect(received).toHaveLength(1);
      }
    }
    expect(elsewhere.received).toEqual([]);
  });

  it('names what went wrong with its head', async () => {
    const answers: readonly (readonly [string, string])[] = [
      ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}', 'reset'],
      [
        'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
        'reset',
      ],
      [`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, 'malformed'],
      ['SSH-2.0-OpenSSH\r\n\r\n', 'malformed'],
      ['HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n', 'reset'],
    ];
    for (const [answer, kind] of answers) {
      const outcome = await found(await raw(answer));
      expect([answer.slice(0, 60), outcome.kind]).toEqual([answer.slice(0, 60), kind]);
    }
  });
});

describe('the bounds of JSON', () => {
  const why = (text: string) => new JsonBounds().feed(Buffer.from(text));

  it('do not count what stands in strings, whatever is escaped there', () => {
    const opened = '['.repeat(500);
    expect(why(`{"a":"${opened}"}`)).toBeNull();
    expect(why(`{"a":"\\"${opened}","b":"\\\\"}`)).toBeNull();
    expect(why(`{"a":"\\\\",${JSON.stringify(opened).slice(1, -1)}}`)).toMatch(/nested/);
    expect(why(`{"a":"${'1'.repeat(5000)}"}`)).toBeNull();
  });

  it('count depth and not openings, and let ordinary answers pass', () => {
    expect(why(`[${'[1,2],'.repeat(1000)}3]`)).toBeNull();
    expect(
      why(
        JSON.stringify({
          vectors: Array.from({ length: 100 }, () => Array(768).fill(-0.123456789012)),
        }),
      ),
    ).toBeNull();
    expect(why('"open')).toBeNull();
  });

  it('find the same in pieces, wherever a text is cut', () => {
    const opened = '['.repeat(200);
    const texts = [
      String.raw`{"a":"\\\"${opened}","b\\":[1]}`,
      String.raw`{"a":"\\",${opened}`,
      String.raw`["\"${opened}`,
      `{"a":-1${'0'.repeat(1020)}.5e-9}`,
      `{"a":1${'0'.repeat(1030)}}`,
    ];
    expect(texts.map((text) => why(text) === null)).toEqual([true, false, true, true, false]);
    for (const text of texts) {
      for (let cut = 0; cut <= text.length; cut++) {
        const bounds = new JsonBounds();
        const first = bounds.feed(Buffer.from(text.slice(0, cut)));
        expect(first ?? bounds.feed(Buffer.from(text.slice(cut)))).toBe(why(text));
      }
    }
    const bounds = new JsonBounds();
    const pieces = Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, 'a'));
    expect(bounds.feed(Buffer.from('"'))).toBeNull();
    expect(pieces.map((piece) => bounds.feed(piece))).toEqual([
      ...Array(8).fill(null),
      'a string of more than 8388608 bytes',
    ]);
  });
});

describe('a body that comes in pieces', () => {
  it('is what its pieces are, and takes no more than twice its size', () => {
    const body = new BodyBuffer();
    expect(body.bytes()).toHaveLength(0);
    const first = Buffer.from('abc');
    body.add(first);
    expect(body.bytes().buffer).toBe(first.buffer);
    for (let at = 0; at < 100_000; at++) body.add(Buffer.from([0x30 + (at % 10)]));
    expect(Buffer.from(body.bytes()).toString()).toBe(`abc${'0123456789'.repeat(10_000)}`);
    expect(Buffer.from(first).toString()).toBe('abc');
    expect(body.bytes().buffer.byteLength).toBeLessThan(300_000);
    body.clear();
    expect(body.sizeBytes).toBe(0);
  });
});

describe('a budget of bytes', () => {
  it('gives out no more than it has, and again what was given back', () => {
    const budget = byteBudget(10);
    expect([budget.take(6), budget.take(5), budget.take(4)]).toEqual([true, false, true]);
    budget.free(6);
    expect([budget.take(7), budget.take(6)]).toEqual([false, true]);
  });
});
