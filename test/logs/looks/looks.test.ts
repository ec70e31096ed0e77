import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Looks, nextLook, settleLook } from '../../../src/logs/looks/look-log.ts';
import { appendToLog } from '../../../src/record/append-log.ts';
import { temporaryFolder } from '../../record/fixtures.ts';

const OPEN = () => ({ answer: 'open', state: 'inconclusive' }) as const;
const FIRST = { number: 1, alpha: 0.025 };

/** A run that looks at the question and leaves it open. */
async function left(
  log: string,
  run: string,
  looks: Looks = 'many',
  journal: readonly string[] = [],
) {
  const planned = looks === 'one' ? { number: 1, alpha: 0.05 } : FIRST;
  return await settleLook(log, { question: 'q', run, at: '2026-01-01', journal, planned }, OPEN);
}

test('runs that were measured at the same time spend a level each', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  const settled = await Promise.all(['a', 'b', 'c', 'd'].map((run) => left(log, run)));
  const alphas = settled.map(({ look }) => look.alpha).sort((one, other) => other - one);
  expect(alphas).toEqual([0.025, 0.0125, 0.00625, 0.003125]);
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 5 });
});

test('a look is settled where the folder of the log is not there yet', async () => {
  const log = join(await temporaryFolder(), 'runs', 'looks.jsonl');
  expect((await left(log, 'a')).look).toEqual(FIRST);
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 2 });
});

test('candidates that are compared at once are questions of their own, and one alone is asked of all', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  const of = { question: 'q', at: '2026-01-01', journal: [], planned: FIRST };
  const beside = async (run: string, candidate: string) => {
    const isOneOfSeveral = true;
    return (await settleLook(log, { ...of, run, candidate, isOneOfSeveral }, OPEN)).look.number;
  };
  expect([await beside('a', 'x'), await beside('b', 'y'), await beside('c', 'x')]).toEqual([
    1, 1, 2,
  ]);
  expect(await nextLook(log, 'q', 'many', 'y')).toMatchObject({ number: 2 });
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 4 });
  await settleLook(log, { ...of, run: 'd', candidate: 'z' }, OPEN);
  expect(await nextLook(log, 'q', 'many', 'x')).toMatchObject({ number: 4 });
});

test('a run that is judged again is the look that it was', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  await left(log, 'a');
  expect((await left(log, 'a')).look).toEqual(FIRST);
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 2 });
});

test('copies of one run that are gone on with apart are looks of their own', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  const begun = ['created', 'described'];
  const whole = [...begun, 'block 1', 'block 2'];
  expect((await left(log, 'a', 'many', whole)).look).toEqual(FIRST);
  expect((await left(log, 'a', 'many', [...whole, 'resumed'])).look).toEqual(FIRST);
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 2 });
  const copy = [...begun, 'resumed', 'another block 1'];
  expect((await left(log, 'a', 'many', copy)).look).toEqual({ number: 2, alpha: 0.0125 });
  expect((await left(log, 'a', 'many', [...copy, 'resumed'])).look.number).toBe(2);
  expect(await nextLook(log, 'q', 'many')).toMatchObject({ number: 3 });
});

test('a run that would have been the only look is told where another one came before its end', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  await left(log, 'a', 'one');
  for (const looks of ['one', 'many'] as const) {
    await expect(left(log, 'b', looks)).rejects.toMatchObject({ code: 'look-spent' });
  }
});

test('a question that was decided meanwhile is looked at by the level that was planned', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  await left(log, 'a');
  const planned = { number: 2, alpha: 0.0125 };
  const of = { question: 'q', run: 'b', at: '2026-01-01', journal: [], planned };
  await settleLook(log, { ...of, run: 'c' }, () => ({ answer: null, state: 'pass' }));
  expect(await settleLook(log, of, OPEN)).toEqual({ look: planned, answer: 'open' });
});

test('a look whose line was damaged or lost is a look all the same', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  for (const run of ['a', 'b', 'c']) await left(log, run);
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

test('a look that a newer version has noted is not passed over', async () => {
  const log = join(await temporaryFolder(), 'looks.jsonl');
  await left(log, 'a');
  await appendToLog(log, [{ schema: 'retrieval-parity/look@2', run: 'b' }], { sealed: true });
  const refusal = { code: 'log-version', message: expect.stringContaining('looks.jsonl:2: is of') };
  await expect(nextLook(log, 'q', 'many')).rejects.toMatchObject(refusal);
  await expect(left(log, 'c')).rejects.toMatchObject(refusal);
});

test('an answer decides the looks that tolerated as much, and no others', async () => {
  const of = { question: 'q', at: '2026-01-01', journal: [], planned: FIRST };
  const next = async (
    state: 'pass' | 'fail' | 'inconclusive',
    tolerated: Readonly<Record<string, number>>,
    open: Readonly<Record<string, number>>,
  ) => {
    const log = join(await temporaryFolder(), 'looks.jsonl');
    await settleLook(log, { ...of, run: 'a' }, () => ({ ...OPEN(), tolerated: open }));
    await settleLook(log, { ...of, run: 'b' }, () => ({ answer: null, state, tolerated }));
    return (await nextLook(log, 'q', 'many')).number;
  };
  const open = { recall: 0.02, errors: 0.005 };
  expect(await next('pass', open, open)).toBe(1);
  expect(await next('pass', { recall: 0.01, errors: 0.005, ndcg: 0.3 }, open)).toBe(1);
  expect(await next('pass', { recall: 0.3, errors: 0.005 }, open)).toBe(2);
  expect(await next('pass', { errors: 0.005 }, open)).toBe(2);
  expect(await next('fail', { recall: 0.02 }, open)).toBe(1);
  expect(await next('fail', { recall: 0.001 }, open)).toBe(2);
  expect(await next('fail', {}, open)).toBe(2);
  expect(await next('inconclusive', open, open)).toBe(3);
});
