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
