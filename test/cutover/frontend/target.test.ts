import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTarget } from '../../../src/cutover/frontend/target.ts';

const side = (name: string, path: string) => ({ kind: 'side', side: name, path });

describe('the request target decides the side, and is refused where two servers could read it in two ways', () => {
  test.each([
    ['/api/ai/embed', side('incumbent', '/ai/embed')],
    ['/api/', side('incumbent', '/')],
    ['/api/x?a=1&a=%20&b=//..', side('incumbent', '/x?a=1&a=%20&b=//..')],
    ['/api/http://elsewhere/x', side('incumbent', '/http://elsewhere/x')],
    ['/_go/v1/storage/get/a%20b%C3%A9//c', side('candidate', '/v1/storage/get/a%20b%C3%A9//c')],
    ['/_go/v1/...', side('candidate', '/v1/...')],
    ['/_go/.hidden/a..b', side('candidate', '/.hidden/a..b')],
    ['/api', { kind: 'own', path: '/api' }],
    ['/apiary/x', { kind: 'own', path: '/apiary/x' }],
    ['/_going/x', { kind: 'own', path: '/_going/x' }],
    ['/health?x', { kind: 'own', path: '/health' }],
  ])('%s', (target, expected) => {
    expect(readTarget(target)).toEqual(expected);
  });

  test.each([
    'http://elsewhere/api/x',
    '*',
    '',
    '//elsewhere/api/x',
    '/api//elsewhere/x',
    '/_go//elsewhere',
    '/api/../_go/v1/embed',
    '/api/./x',
    '/api/a/..',
    '/_go/%2e%2e/api/x',
    '/_go/.%2E/api/x',
    '/_go/a%2f..%2fb',
    '/_go/a%5c..%5cb',
    '/api/\\elsewhere/x',
    '/api/x#y',
  ])('refused: %s', (target) => {
    expect(readTarget(target).kind).toBe('refused');
  });

  test('what is passed on is what came, without the prefix, for any path and query', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_~!$&'()*+,;=:@%-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.option(part), (parts, query) => {
        const rest = `/${parts.join('/')}${query === null ? '' : `?${query}`}`;
        const target = readTarget(`/_go${rest}`);
        // An encoded dot segment may come up by chance.
        if (target.kind !== 'refused') expect(target).toEqual(side('candidate', rest));
      }),
    );
  });
});
