import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shownUrl, withoutUrlSecrets } from '../../src/secrets/urls.ts';

it.each([
  ['http://user:pa/ss@h:1/x', 'http://h:1/x'],
  ['http://user:12/ss@h/x', 'http://h/x'],
  ['http://user:pa?ss@h/x', 'http://h/x'],
  ['http://user:pa#ss@h/x', 'http://h/x'],
  ['pgvector://u:p@ss/w@rd@h/db?table=a', 'pgvector://h/db?table=a'],
  ['pgvector://u:p@ss/w@rd@h/db?table=a@b', 'pgvector://b'],
  ['http://[::1]:3100/p?q=a@b', 'http://[::1]:3100/p?q=a@b'],
  ['qdrant://h/c?key=abc&limit=3', 'qdrant://h/c?key=redacted&limit=3'],
  ['http:/ann:pw@h/x', 'http:/h/x'],
  ['https:ann:pw@h/x', 'https:h/x'],
  ['http:\\\\ann:pw@h/x', 'http:\\\\h/x'],
  ['cannot reach http://ann:pa ss@h/x', 'cannot reach http://ann:… ss@h/x'],
  ['said http: no answer', 'said http: no answer'],
  ['two: http://a:b@h and "redis://:pw@r/0"', 'two: http://h and "redis://r/0"'],
])('%s is written as %s', (text, expected) => {
  expect(withoutUrlSecrets(text)).toBe(expected);
});

it('a password leaves a URL whatever characters it holds', () => {
  const password = fc
    .string({ unit: 'grapheme-ascii', minLength: 1 })
    .map((text) => `§${text.replace(/[\s"'<>`]/g, '')}§`);
  fc.assert(
    fc.property(password, fc.constantFrom('http', 'pgvector', 'redis'), (secret, scheme) => {
      const url = `${scheme}://ann:${secret}@host:1/path`;
      expect(withoutUrlSecrets(url)).not.toContain('§');
      expect(shownUrl(url)).not.toContain('§');
    }),
  );
});

it('a URL in a message has names of parameters and none of their values', () => {
  expect(shownUrl('http://h/x?token=abc&k=10')).toBe('http://h/x?token=…&k=…');
  expect(shownUrl('ann:s3cret@host')).toBe('host');
  expect(shownUrl('//ann:s3cret@host/x')).toBe('//host/x');
});
