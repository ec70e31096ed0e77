import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendToLog, parseAppendLog, readAppendLog } from '../../src/record/append-log.ts';
import { temporaryFolder } from './fixtures.ts';

const RECORDS = [1, 2, 3, 4].map((figure) => ({ schema: 'retrieval-parity/x@1', figure }));

async function sealedLog(): Promise<string[]> {
  const path = join(await temporaryFolder(), 'log.jsonl');
  for (const record of RECORDS) await appendToLog(path, [record], { sealed: true });
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

function read(lines: readonly string[]) {
  const { lines: found, damaged } = parseAppendLog(Buffer.from(`${lines.join('\n')}\n`), 'log');
  return {
    figures: found.flatMap(({ value }) => (value === null ? [] : [value.figure])),
    damage: damaged.map(({ lineNumber, kind }) => `${lineNumber} ${kind}`),
  };
}

test('sealed lines read back as what was appended, one by one or together', async () => {
  const lines = await sealedLog();
  expect(parseAppendLog(Buffer.from(lines.join('\n')), 'log')).toMatchObject({ damaged: [] });
  const path = join(await temporaryFolder(), 'log.jsonl');
  await appendToLog(path, RECORDS, { sealed: true });
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toEqual(lines);
  expect((await readAppendLog(path)).lines.map(({ value }) => value)).toEqual(RECORDS);
});

test.each<[string, (lines: string[]) => string[], number[], string[]]>([
  [
    'a changed figure',
    ([a = '', b = '', ...rest]) => [a, b.replace(':2', ':9'), ...rest],
    [1, 3, 4],
    ['2 changed'],
  ],
  [
    'a changed seal',
    ([a = '', b = '', ...rest]) => [
      a,
      b.replace(/[0-9a-f](?=-)/, (digit) => (digit === '0' ? '1' : '0')),
      ...rest,
    ],
    [1, 3, 4],
    ['2 changed', '3 misplaced'],
  ],
  [
    'no seal any more',
    ([a = '', b = '', ...rest]) => [a, b.replace(/,"seal".*/, '}'), ...rest],
    [1, 3, 4],
    ['2 changed', '3 misplaced'],
  ],
  ['a lost line', (lines) => lines.toSpliced(1, 1), [1, 3, 4], ['2 misplaced']],
  ['a lost first line', (lines) => lines.slice(1), [2, 3, 4], ['1 misplaced']],
  ['a line twice', ([a = '', ...rest]) => [a, a, ...rest], [1, 2, 3, 4], ['2 doubled']],
  [
    'two lines exchanged',
    ([a = '', b = '', c = '', ...rest]) => [a, c, b, ...rest],
    [1, 3, 2, 4],
    ['2 misplaced', '3 misplaced', '4 misplaced'],
  ],
])('%s is noticed', async (_, change, figures, damage) => {
  expect(read(change(await sealedLog()))).toEqual({ figures, damage });
});

test('lines of others have no seal, and are no damage', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, '{"figure":0}\n');
  await appendToLog(path, RECORDS.slice(0, 1), { sealed: true });
  await appendToLog(path, [{ figure: 7 }]);
  await appendToLog(path, RECORDS.slice(1, 2), { sealed: true });
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(read(lines)).toEqual({ figures: [0, 1, 7, 2], damage: [] });
});

test('what is appended after a torn line knows it', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, '{"torn');
  await appendToLog(path, RECORDS, { sealed: true });
  expect((await readAppendLog(path)).damaged.map(({ kind }) => kind)).toEqual(['malformed']);
});
