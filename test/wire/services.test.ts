import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HANDLES } from '../../src/wire/dialect.ts';
import { keyPath } from '../../src/wire/json/object-key.ts';
import { goChat, goSql, goStorage } from '../../src/wire/lakehouse/go-lakehouse-services.ts';
import {
  rustChat,
  rustSql,
  rustStorage,
} from '../../src/wire/lakehouse/rust-lakehouse-services.ts';

const reply = (body: unknown, status = 200) => ({
  status,
  contentType: 'application/json',
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

describe('sql', () => {
  const request = { statement: 'SELECT 1' };

  it('both forms of rows come out the same, and whole numbers beyond 2^53 exactly', () => {
    const rust = rustSql.decode(
      [
        reply(
          '{"columns":[{"name":"b","type":"bigint"},{"name":"a","type":"numeric"}],"rows":[{"a":"1.50","b":9007199254740993}]}',
        ),
      ],
      request,
    );
    const go = goSql.decode(
      [reply('{"columns":["b",{"name":"a","type":"real"}],"rows":[[9007199254740993,1.5]]}')],
      request,
    );
    expect(rust.rows).toEqual([[9007199254740993n, '1.50']]);
    expect(go).toEqual({
      columns: [
        { name: 'b', type: null },
        { name: 'a', type: 'real' },
      ],
      rows: [[9007199254740993n, 1.5]],
    });
  });

  it('a value that is lost is malformed: two columns of one name as an object, a row too short', () => {
    const columns = [{ name: 'a' }, { name: 'a' }];
    expect(() => rustSql.decode([reply({ columns, rows: [{ a: 1 }] })], request)).toThrow(
      'two columns share a name',
    );
    expect(() => goSql.decode([reply({ columns: ['a', 'b'], rows: [[1]] })], request)).toThrow(
      'rows[0]: expected 2 values, got 1',
    );
  });
});

describe('storage', () => {
  it('no key is resolved by a URL parser on the way, and each comes out as it went in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('..', '.', '', '/', 'a', '%2e%2e', '日')), {
          minLength: 1,
        }),
        (parts) => {
          const key = parts.join('/').toWellFormed();
          // A key that is nothing but dots is one segment, which no encoding can save.
          fc.pre(key !== '' && key !== '.' && key !== '..');
          const url = new URL(`http://x/objects/${keyPath(key)}`);
          expect(decodeURIComponent(url.pathname.slice('/objects/'.length))).toBe(key);
        },
      ),
    );
  });

  it('bodies are bytes, ranges a header, and pages go on from what was given', () => {
    const bytes = Uint8Array.of(0, 255);
    expect(rustStorage.put.encode({ key: 'a b', bytes }, NO_HANDLES)).toEqual([
      { method: 'PUT', path: '/storage/objects/a%20b', bytes },
    ]);
    expect(goStorage.get.encode({ key: 'k', range: { first: 1, last: 2 } }, NO_HANDLES)).toEqual([
      { method: 'GET', path: '/v1/storage/get/k', headers: { range: 'bytes=1-2' } },
    ]);
    expect(
      rustStorage.list.encode({ prefix: 'p/', limit: 2, cursor: 'p/é' }, NO_HANDLES)[0]?.path,
    ).toBe('/storage/objects?prefix=p%2F&limit=2&after=p%2F%C3%A9');
    expect(
      goStorage.list.decode([reply({ objects: [{ key: 'k', size_bytes: 3 }], next_cursor: 'n' })], {
        prefix: '',
      }),
    ).toEqual({ objects: [{ key: 'k', sizeBytes: 3 }], cursor: 'n' });
  });
});

it('the two shapes of a chat answer come out the same', () => {
  const request = { messages: [{ role: 'user' as const, content: 'q' }] };
  const rust = rustChat.decode(
    [
      reply({
        model: 'm',
        provider: 'p',
        choices: [{ message: { role: 'assistant', content: 'text' } }],
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      }),
    ],
    request,
  );
  const go = goChat.decode(
    [
      reply({
        provider: 'p',
        model: 'm',
        content: 'text',
        usage: { input_tokens: 3, output_tokens: 4 },
        latency_ms: 1,
      }),
    ],
    request,
  );
  expect(rust).toEqual({
    content: 'text',
    provider: 'p',
    model: 'm',
    inputTokens: 3,
    outputTokens: 4,
  });
  expect(go).toEqual(rust);
});
