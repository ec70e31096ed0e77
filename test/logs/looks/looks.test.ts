import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nextLook, rememberLook } from '../../../src/logs/looks/look-log.ts';
import { temporaryFolder } from '../../record/fixtures.ts';

test('a look whose line was damaged or lost is a look all the same', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  const look = { question: 'q', at: '2026-01-01', state: 'inconclusive', only: false } as const;
  for (const run of ['a', 'b', 'c']) await rememberLook(log, { ...look, run });
  const sound = await readFile(log, 'utf8');
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 4 });
  const lines = sound.trimEnd().split('\n');
  for (const left of [
    lines.with(1, (lines[1] ?? '').replace('"q"', '"r"')),
    lines.toSpliced(1, 1),
    lines.with(2, '{"sche'),
  ]) {
    await writeFile(log, `${left.join('\n')}\n`);
    expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 4 });
    await expect(nextLook(log, 'other', 'one')).rejects.toMatchObject({
      code: 'look-unread',
      message: expect.stringContaining('looks.jsonl:'),
    });
  }
});
