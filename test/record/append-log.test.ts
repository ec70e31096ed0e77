import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withFileLock } from '../../src/disk/file-lock.ts';
import {
  appendToLog,
  parseAppendLog,
  readAppendLog,
  serializeAppendLog,
} from '../../src/record/append-log.ts';
import { temporaryFolder } from './fixtures.ts';

test('any bytes read and written back are the same bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r\n', '\r', '\uFEFF', '{"a": 1.0}', '{"b":1e-3 }', '{"to', ''),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece).map((pieces) => new Uint8Array(Buffer.from(pieces.join('')))),
  );
  fc.assert(
    fc.property(bytes, (log) => {
      expect(Buffer.from(serializeAppendLog(parseAppendLog(log, 'x'))).equals(log)).toBe(true);
    }),
  );
});

test('a log that does not exist is empty', async () => {
  const folder = await temporaryFolder();
  expect(await readAppendLog(join(folder, 'none.jsonl'))).toMatchObject({ lines: [], damaged: [] });
});

test('a last line without a newline is whole where it is a JSON object', () => {
  const log = parseAppendLog(Buffer.from('{"a":1}\r\n{"b":2}'), 'x');
  expect(log.lines.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(log.damaged).toEqual([]);
});

test('a torn last line is named, and a line that is no object in the middle too', () => {
  const log = parseAppendLog(Buffer.from('{"a":1}\n[1]\n\n{"b"'), 'some.jsonl');
  expect(log.damaged.map(({ lineNumber, kind }) => [lineNumber, kind])).toEqual([
    [2, 'malformed'],
    [4, 'torn'],
  ]);
  expect(log.damaged[1]?.message).toBe(
    'some.jsonl:4: the last line is torn (4 bytes): set aside, kept in the file',
  );
});

test.each([
  ['after a whole line', '{"a":1}\n', '{"a":1}\n{"n":1}\n'],
  ['after a line without a newline', '{"a":1}', '{"a":1}\n{"n":1}\n'],
  ['after a torn line', '{"a":1}\n{"b', '{"a":1}\n{"b\n{"n":1}\n'],
  ['after a CRLF line', '{"a":1}\r\n', '{"a":1}\r\n{"n":1}\r\n'],
  ['after a torn line of a CRLF log', '{"a":1}\r\n{"b', '{"a":1}\r\n{"b\r\n{"n":1}\r\n'],
  ['to an empty log', '', '{"n":1}\n'],
])('a record is appended %s and merges into nothing', async (_, before, after) => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, before);
  await appendToLog(path, [{ n: 1 }]);
  expect(await readFile(path, 'utf8')).toBe(after);
});

test('the newline style is found behind a torn line longer than the chunk that is looked at', async () => {
  for (const length of [65_535, 65_536, 65_537, 200_000]) {
    const path = join(await temporaryFolder(), 'log.jsonl');
    const before = `{"a":1}\r\n${'x'.repeat(length)}`;
    await writeFile(path, before);
    await appendToLog(path, [{ n: 1 }]);
    expect(await readFile(path, 'utf8')).toBe(`${before}\r\n{"n":1}\r\n`);
  }
});

test('two processes that append at once both land whole, 200 lines each', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'log.jsonl');
  await writeFile(path, '{"torn');
  const writers = ['left', 'right'].map((name) => startWriter(path, name, 200));
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
  expect(codes).toEqual([0, 0]);
  const log = await readAppendLog(path);
  expect(log.damaged.map(({ lineNumber }) => lineNumber)).toEqual([1]);
  const values = log.lines.flatMap(({ value }) => (value === null ? [] : [value]));
  for (const name of ['left', 'right']) {
    const counted = values.filter((value) => value.name === name).map((value) => value.index);
    expect(counted).toEqual(Array.from({ length: 200 }, (_, index) => index));
  }
  expect(values).toHaveLength(400);
  expect(await readdir(folder)).toEqual(['log.jsonl']);
});

test('a lock whose owner is dead is taken over', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  const { hostname } = await import('node:os');
  await writeFile(
    `${path}.lock`,
    JSON.stringify({ pid: dead.pid, host: hostname(), token: 'gone' }),
  );
  await appendToLog(path, [{ n: 1 }]);
  expect(await readFile(path, 'utf8')).toBe('{"n":1}\n');
});

test('a log that is known by two names has one lock', async () => {
  const folder = await temporaryFolder();
  const [path, link] = [join(folder, 'log.jsonl'), join(folder, 'link.jsonl')];
  await appendToLog(path, [{ n: 1 }]);
  await symlink(path, link);
  let appended: Promise<void> | null = null;
  await withFileLock(`${path}.lock`, async () => {
    appended = appendToLog(link, [{ n: 2 }]);
    await Promise.race([appended, setTimeout(100)]);
    expect(await readFile(path, 'utf8')).toBe('{"n":1}\n');
  });
  await appended;
  expect(await readFile(path, 'utf8')).toBe('{"n":1}\n{"n":2}\n');
});

function startWriter(path: string, name: string, count: number): ChildProcess {
  const script = fileURLToPath(new URL('./append-writer.ts', import.meta.url));
  return spawn(process.execPath, [script, path, name, String(count)], { stdio: 'inherit' });
}
