import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { plainJson, plainLine, plainLines, plainMessage } from '../../src/plain-text.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

/** A line break and a line of ours, ANSI and C1 sequences, marks of direction, a cell's end, code, HTML, a link. */
const HOSTILE =
  'x\nbench: pass: all is well\n\u001B[2J\u001B]0;title\u0007\u009B31m\u202Etxt.exe\u2066|cell|`code`<b onclick=alert(1)>[a](javascript:b)\u2028::error::';
/** Whatever a terminal would obey, but the ends of lines. */
const OBEYED = /(?!\n|\t|\u200C|\u200D)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const hostileRun = () =>
  syntheticRun({
    documents: 16,
    queries: 20,
    latencyPairs: 2,
    tamper: (hits, { arm }) =>
      arm.startsWith('B') ? hits.map((hit) => ({ ...hit, id: `${hit.id}${HOSTILE}` })) : hits,
  });

let folder = '';
let run = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  run = await storeRun(hostileRun(), folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function printed(argv: readonly string[]) {
  const io = bufferIo({ cwd: folder });
  await main(argv, io);
  return { out: io.out(), err: io.err() };
}

it('a verdict is one line, whatever ids it names', async () => {
  const verdict = evaluateGates((await deriveAgain(hostileRun())).findings, {});
  const sentence = verdictSentence(verdict);
  expect(sentence).toContain('U+202E');
  expect(sentence).not.toMatch(/\n/);
  expect(sentence).not.toMatch(OBEYED);
});

it.each([
  ['report', 'RUN', '-o', 'terminal'],
  ['report', 'RUN', '-o', 'terminal', '--full'],
  ['report', 'RUN', '-o', 'markdown'],
  ['report', 'RUN', '-o', 'github'],
  ['report', 'RUN', '-o', 'junit'],
  ['report', 'RUN', '-o', 'ctrf'],
  ['report', 'RUN', '-o', 'csv'],
  ['report', 'RUN', '-o', 'prometheus'],
  ['report', 'RUN', '-o', 'html'],
  ['explain', 'RUN'],
  ['explain', 'RUN', '-o', 'markdown'],
  ['explain', 'RUN', '-o', 'json'],
  ['gate', 'RUN'],
  ['gate', 'RUN', '--json'],
  ['compare', 'RUN', 'RUN'],
  ['rescore', 'RUN'],
])('bench %s %s %s %s prints nothing that a terminal obeys', async (...argv) => {
  const { out, err } = await printed(argv.map((word) => (word === 'RUN' ? run : word)));
  expect(out.replaceAll('\r\n', '\n')).not.toMatch(OBEYED);
  expect(err).not.toMatch(OBEYED);
  for (const line of `${out}\n${err}`.split('\n'))
    expect(line).not.toMatch(/^bench: pass: all is well/);
});

it('a table of Markdown has as many cells in every row, and no code, HTML or link of others', async () => {
  const { out } = await printed(['explain', run, '-o', 'markdown']);
  const text = out + (await printed(['report', run, '-o', 'markdown'])).out;
  const tables = text.split('\n\n').filter((block) => /^\|/m.test(block));
  expect(tables.length).toBeGreaterThan(0);
  expect(text).toContain('\\|cell\\|');
  for (const table of tables) {
    const rows = table.split('\n').filter((line) => line.startsWith('|'));
    const cells = rows.map((row) => row.replace(/\\\||`[^`]*`/g, '').split('|').length);
    expect(new Set(cells).size, table).toBe(1);
  }
  expect(text).not.toContain('<b onclick');
  expect(text).not.toMatch(/(?<!\\)\]\(javascript:/);
});

it('JSON keeps the value and shows none of it to a terminal', () => {
  const text = plainJson({ [HOSTILE]: HOSTILE });
  expect(text).not.toMatch(OBEYED);
  expect(JSON.parse(text)).toEqual({ [HOSTILE]: HOSTILE });
  expect(plainJson({ a: 'é\u200D𝒳' })).toBe('{"a":"é\u200D𝒳"}');
  expect(plainJson('\uFFFE\u{1FFFF}')).toBe('"\\ufffe\\ud83f\\udfff"');
  expect(plainLine('a\uFFFFb\u{1FFFE}')).toBe('aU+FFFFbU+1FFFE');
});

it('printed lines keep their ends and our own looks; a message is one line', () => {
  expect(plainLines('a\n\u001B[31mred\u001B[0m\r\n\tb')).toBe('a\n\u001B[31mred\u001B[0m\r\n\tb');
  expect(plainLines(HOSTILE)).not.toMatch(OBEYED);
  expect(plainMessage(`bench: ${HOSTILE}\n`).split('\n')).toHaveLength(2);
});
