import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { passesLuhn } from '../../src/traffic/redact/luhn.ts';
import { createRedactor, parseRule } from '../../src/traffic/redact/redactor.ts';

const redact = createRedactor().text;

describe('personal data and secrets', () => {
  it.each([
    ['mail jane.doe+x@mail.example.co.uk today', 'mail [email] today'],
    ['jane%40example.com', '[email]'],
    ['jane (at) example.org', '[email]'],
    ['jürgen@müller.de', '[email]'],
    ['ｊａｎｅ@example.com', '[email]'],
    ['ja\u200bne@exam\u200bple.com', '[email]'],
    ['call +1 (555) 010-9999 now', 'call [phone] now'],
    ['(217) 555-0134', '[phone]'],
    ['217-555-0134', '[phone]'],
    ['217.555.0134', '[phone]'],
    ['2175550134', '[phone]'],
    ['0049 89 1234567', '[phone]'],
    ['089/1234567', '[phone]'],
    ['555-0134', '[phone]'],
    ['４１１１ 1111 1111 1111', '[card]'],
    ['4111-1111-1111-1111', '[card]'],
    ['pay 5500005555555559', 'pay [card]'],
    ['378282246310005', '[card]'],
    ['217-555-0134 4111 1111 1111 1111', '[phone] [card]'],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[card]'],
    ['4111111111111111 5500005555555559', '[card] [card]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123', '[token]'],
    ['Authorization: Bearer abcdef123456', '[token]'],
    ['password=hunter22 please', '[token] please'],
    ['api_key: 9f8e7d6c5b', '[token]'],
    ['AKIAIOSFODNN7EXAMPLE', '[token]'],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '[token]'],
    ['sk-proj-abcdEFGH1234567890', '[token]'],
    ['d41d8cd98f00b204e9800998ecf8427e', '[token]'],
    ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', '[token]'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'Forklift Operator in Springfield, IL',
    'w-43',
    'needs 10 years, 2019-2024, 40 hours',
    'shift 7-3, $25.50 an hour',
    'ISO 9001:2015 and OSHA 30',
    'order 1234567890123',
    'zip 62704-1234',
    'between 2020-01-15 and 2021-12-31',
    'node_modules/@biomejs/biome',
    'role: password manager administrator',
    'a-very-long-hyphenated-compound-word-of-many-parts',
    '12.5 kg at 3.1415926535',
  ])('and not %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('in every place of a value, numbers and keys too', () => {
    const redactor = createRedactor();
    const vector = Float32Array.of(1);
    expect(
      redactor.value({
        filter: { phone: 2175550134, 'a@b.de': { in: ['x@y.com', 'ok', true] } },
        k: 10,
        vector,
        none: null,
      }),
    ).toEqual({
      filter: { phone: '[phone]', '[email]': { in: ['[email]', 'ok', true] } },
      k: 10,
      vector,
      none: null,
    });
    expect(redactor.counts()).toEqual({ phone: 1, email: 2 });
  });

  it('a configured pattern goes first', () => {
    const own = createRedactor([parseRule('badge=\\bB-\\d{6}\\b')]);
    expect(own.text('badge b-123456 of a@b.de')).toBe('badge [badge] of [email]');
    expect(own.names).toContain('badge');
  });

  it.each(['x', '=a', 'X=a', 'a=(', 'a=b*', 'a='])('a rule that is none: %s', (written) => {
    expect(() => parseRule(written)).toThrow(UsageError);
  });

  it('card numbers by their check digit', () => {
    expect(passesLuhn('4111111111111111')).toBe(true);
    expect(passesLuhn('4111111111111112')).toBe(false);
    expect(passesLuhn('0000000000000000')).toBe(false);
  });

  // Each took hours, or ran out of stack: patterns were looked for from every character of a run anew.
  it.each([
    ['letters', 'a', 'a'],
    ['digits', '1', '1.5'],
    ['digits apart', '1 ', '1'],
    ['spaces behind a word', ' ', '"'],
    ['words with hyphens', 'a-', '1234567890abcd'],
    ['beginnings of web tokens', 'eyJaaaaaa-', '!'],
    ['words that precede secrets', 'bearer:', ''],
    ['signs of addresses', '%40a', ''],
    ['marks on one letter', '\u0315\u0316', ''],
  ])('a long text of %s is looked through', (_, part, end) => {
    const text = `token${part.repeat(400_000 / part.length)}${end}`;
    expect(redact(`${text} jane@example.com`)).toMatch(/\[(email|token)\]$/);
  });

  it('many card numbers in a row are many', () => {
    const cards = Array.from({ length: 20_000 }, () => '4111111111111111').join(' ');
    expect(new Set(redact(cards).split(' '))).toEqual(new Set(['[card]']));
  });

  it('addresses that follow each other within a word are each one', () => {
    expect(redact("a@b.com-c@d.com e@f.org'g@h.org")).toBe('[email][email] [email][email]');
  });
});
