import { expect, it } from 'vitest';
import { createAnswerVariants } from '../../../src/load/answers/answers.ts';
import type { PreparedSide } from '../../../src/load/drive/sides.ts';
import { armOf, sideToShare } from '../../../src/queue/load/slice-sides.ts';

const URL_OF = 'http://127.0.0.1:3100';
const sideOf = (headers: string[], path = '/search', tls = {}): PreparedSide => ({
  arm: {
    url: URL_OF,
    tls,
    exchanges: [{ method: 'GET', path, headers, body: null }],
    answers: createAnswerVariants(),
  },
  queries: [],
  masked: new Set(),
  exchangeOf: () => {
    throw new Error('not asked');
  },
  hitsOf: () => [],
});

it('values of headers that were configured or look secret are left out, and put in again from the environment', () => {
  const secret = ['authorization', 'cookie', 'x-api-key', 'api-token', 'x-credential', 'x-tenant'];
  const headers = ['accept', '*/*', ...secret.flatMap((name) => [name, `hidden-${name}`])];
  const shared = sideToShare(sideOf(headers), ['X-Tenant']);
  expect(JSON.stringify(shared)).not.toContain('hidden');
  expect(shared.secretHeaders).toEqual(secret);
  const env = Object.fromEntries(
    secret.map((name) => [
      `INCUMBENT_HEADER_${name.toUpperCase().replaceAll('-', '_')}`,
      `hidden-${name}`,
    ]),
  );
  const rights = { origins: new Set([URL_OF]), env };
  expect(armOf(shared, 0, rights).exchanges[0]?.headers).toEqual(headers);
  expect(() => armOf(shared, 1, rights)).toThrow('CANDIDATE_HEADER_AUTHORIZATION is not set');
  expect(() => armOf(shared, 0, { origins: new Set(), env })).toThrow(`may not load ${URL_OF}`);
});

it('a secret that would be written to the store is refused', () => {
  expect(() => sideToShare(sideOf([], '/search?k=3&api_key=hidden'), [])).toThrow(
    `${URL_OF} is asked with api_key in the path`,
  );
  expect(sideToShare(sideOf([], '/search?k=3'), []).secretHeaders).toEqual([]);
  expect(() => sideToShare(sideOf([], '/', { key: 'k', cert: 'c' }), [])).toThrow('certificate');
});
