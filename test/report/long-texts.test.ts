import { expect, test } from 'vitest';
import { needKey } from '../../src/corpus/needs.ts';
import { normalized, plainLine } from '../../src/plain-text.ts';
import { withoutUrlSecrets } from '../../src/secrets/urls.ts';

const LONG = 1_000_000;

// Each took hours: with the square of the length.
test('a long run of spaces is one line as it stands, and one space where a line breaks in it', () => {
  const spaces = ' '.repeat(LONG);
  expect(plainLine(`a${spaces}b`)).toBe(`a${spaces}b`);
  expect(plainLine(`a${spaces}\n${spaces}b`)).toBe('a b');
});

test('a long word is no scheme of a URL', () => {
  const word = 'a'.repeat(LONG);
  expect(withoutUrlSecrets(`${word} http://u:p@host/`)).toBe(`${word} http://host/`);
  expect(withoutUrlSecrets(`${word}://u:p@host/`)).toBe(`${word}://host/`);
});

test('many marks on one letter are put in order up to the thirtieth', () => {
  const marks = '\u0315\u0316'.repeat(LONG / 2);
  const text = `e\u0301 ${marks}`;
  expect(normalized(text, 'NFC')).toBe(`é ${'\u0316'.repeat(15)}${'\u0315'.repeat(15)}`);
  expect(needKey({ text, collections: ['c'] })).toContain('"é ');
});
