import { expect, it } from 'vitest';
import { secretBook } from '../../src/secrets/book.ts';

it('takes a secret out of a text in each form in which it may stand there', () => {
  const book = secretBook();
  book.learn('authorization', `Basic ${Buffer.from('ann:p"ss/word').toString('base64')}`);
  const forms = [
    'p"ss/word',
    'p\\"ss/word',
    'p%22ss%2Fword',
    Buffer.from('p"ss/word').toString('base64'),
  ];
  for (const form of forms) {
    const hidden = book.hide(`said <${form}> twice <${form}>`);
    expect(hidden).not.toContain(form);
    expect(hidden).toContain('[authorization]');
  }
});

it('leaves short values alone, and replaces the longest first', () => {
  const book = secretBook();
  book.learn('short', 'abc');
  book.learn('one', 'token-1');
  book.learn('other', 'token-12');
  expect(book.hide('abc token-12 token-1')).toBe('abc [other] [one]');
});

it('finds a secret in bytes, and says whose it is', () => {
  const book = secretBook();
  expect(book.nameIn('anything')).toBeNull();
  book.learn('api-key', 'k3y-of-düsseldorf');
  expect(book.nameIn(Buffer.from('{"id":"k3y-of-düsseldorf"}'))).toBe('api-key');
  expect(book.nameIn(Buffer.from('{"id":"k3y"}'))).toBeNull();
});

const SECRET = 'a&b<c/"d"=é+0123456789';

it.each<[string, (text: string) => string]>([
  [
    'as Go writes JSON',
    (text) => JSON.stringify(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  ],
  ['as PHP writes JSON', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
  [
    'as Python writes JSON',
    (text) =>
      JSON.stringify(text).replace(/[^\0-~]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  ],
  ['as JSON within JSON', (text) => JSON.stringify(JSON.stringify(text))],
  [
    'with every letter as a code',
    (text) => text.replace(/./gs, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  [
    'in HTML',
    (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;'),
  ],
  ['in a URL, in small letters', (text) => encodeURIComponent(text).toLowerCase()],
  [
    'in a URL, every byte',
    (text) =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  ],
  ['in digits', (text) => Buffer.from(text).toString('hex')],
  ...[0, 1, 2].flatMap((before): [string, (text: string) => string][] =>
    (['base64', 'base64url'] as const).map((alphabet) => [
      `in ${alphabet} behind ${before} other bytes`,
      (text) => Buffer.from(`${'x'.repeat(before)}${text}, and more`).toString(alphabet),
    ]),
  ),
])('knows a secret %s', (_, write) => {
  const book = secretBook();
  book.learn('x-key', SECRET);
  const written = `before ${write(SECRET)} after`;
  expect(book.nameIn(written)).toBe('x-key');
  expect(book.nameIn(Buffer.from(written))).toBe('x-key');
  const hidden = book.hide(written);
  expect(hidden).toMatch(/^before .*\[x-key\].* after$/);
  expect(book.nameIn(hidden)).toBeNull();
  expect(hidden.length).toBeLessThan(40);
});

it('leaves a text with codes as it is where no secret stands in it', () => {
  const book = secretBook();
  book.learn('x-key', SECRET);
  const text = '100% &amp; \\u0041 %C3%A9 &#99999999; \\\\ a&b';
  expect(book.hide(text)).toBe(text);
  expect(book.nameIn(text)).toBeNull();
});
