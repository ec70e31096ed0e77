import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashConfig } from '../../src/record/config-hash.ts';
import { redactConfig } from '../../src/secrets/redact-config.ts';
import { withoutUrlSecrets } from '../../src/secrets/urls.ts';

const config = {
  incumbent: {
    url: 'https://ann:s3cret@host:3100/v1?api_key=abc&k=10#frag',
    headers: { Authorization: 'Bearer s3cret', 'X-Tenant': 's3cret' },
  },
  candidate: {
    url: 'http://127.0.0.1:4110',
    accessToken: 's3cret',
    nested: { password: ['s3cret'] },
  },
  encoder: { maxTokens: 512 },
  decode: () => 's3cret',
};

test('no secret is left, its name and a hash are', () => {
  const redacted = redactConfig(config, 'salt');
  const text = JSON.stringify(redacted);
  expect(text).not.toContain('s3cret');
  expect(text).not.toContain('abc&');
  expect(redacted).toMatchObject({
    incumbent: {
      url: 'https://host:3100/v1?api_key=redacted&k=10#frag',
      headers: {
        Authorization: { redacted: true, name: 'Authorization' },
        'X-Tenant': { redacted: true, name: 'X-Tenant' },
      },
    },
    encoder: { maxTokens: 512 },
  });
});

test('no secret value is found in the output, whatever it is and wherever it stands', () => {
  const secret = fc.string({ unit: 'grapheme-ascii', minLength: 12 }).map((text) => `§${text}§`);
  const key = fc.constantFrom('token', 'api-key', 'apiKey', 'client_secret', 'PASSWORD', 'cookie');
  fc.assert(
    fc.property(secret, key, (value, name) => {
      const text = JSON.stringify(
        redactConfig(
          { [name]: value, a: [{ headers: { any: value } }], [`x-${name}`]: { y: value } },
          's',
        ),
      );
      expect(text).not.toContain('§');
    }),
  );
});

test('a margin of a slice that is called like a secret stays, and no secret does', () => {
  const slices = { 'password-reset': { recall: { margin: 0.01 } }, headers: { ndcg: { min: 1 } } };
  expect(redactConfig({ gates: { slices } }, 's')).toEqual({ gates: { slices } });
  const text = JSON.stringify(
    redactConfig(
      { gates: { token: '§1' }, headers: { gates: 12_345 }, pin: { secret: 12_345 } },
      's',
    ),
  );
  expect(text).not.toMatch(/§|12345/);
});

test('equal secrets have equal hashes under one salt, and other hashes under another', () => {
  const hash = (secret: string, salt: string) =>
    (redactConfig({ token: secret }, salt) as { token: { saltedHash: string } }).token.saltedHash;
  expect(hash('a', '1')).toBe(hash('a', '1'));
  expect(hash('a', '1')).not.toBe(hash('b', '1'));
  expect(hash('a', '1')).not.toBe(hash('a', '2'));
});

test('the hash of a configuration is blind to the salt and to the order of keys, not to values', () => {
  const hash = (value: unknown, salt: string) => hashConfig(redactConfig(value, salt));
  expect(hash({ k: 1, token: 'x' }, '1')).toBe(hash({ token: 'x', k: 1 }, '2'));
  expect(hash({ k: 1 }, '1')).not.toBe(hash({ k: 2 }, '1'));
});

test.each([
  ['http://u:p@h/x', 'http://h/x'],
  ['postgres://u:p@ss@h:1/x', 'postgres://h:1/x'],
  ['see http://u@h/?token=1&a=2 and more', 'see http://h/?token=redacted&a=2 and more'],
  ['http://h/p?q=a@b', 'http://h/p?q=a@b'],
  ['mail me@home', 'mail me@home'],
])('%s is written as %s', (url, expected) => {
  expect(withoutUrlSecrets(url)).toBe(expected);
});
