import { describe, expect, it } from 'vitest';
import { lightRequest, routeNames, routeRequests } from '../../src/cutover/observe/requests.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { connect, textDialect } from '../wire/loopback.ts';

const at = (dialect: Parameters<typeof connect>[0]['dialect']) =>
  connect({ url: 'http://127.0.0.1:1', dialect });

describe('the requests that a cutover is proved by', () => {
  it('are those of the dialect, with broken ones and paths that nobody has', () => {
    const names = routeNames(routeRequests(at(goLakehouse()), 'workers'));
    expect(names).toEqual([
      'GET /health',
      'HEAD /health',
      'POST /v1/embed',
      'POST /v1/vectors/search',
      'POST /v1/vectors/search #2',
      'POST /v1/matrix/search',
      'POST /v1/matrix/search #2',
      'POST /v1/matrix/retrieve',
      'POST /v1/embed #2',
      'POST /v1/embed #3',
      'GET /no/such/route?x=1&x=%2B%20',
      'OPTIONS /v1/embed',
      'POST /v1/sql',
      'POST /v1/sql #2',
      'GET /v1/storage/list?prefix=cutover-probe%2F',
      'GET /v1/storage/get/cutover-probe/no%20such%20key',
    ]);
  });

  it('leave out what a dialect cannot express', () => {
    expect(routeNames(routeRequests(at(textDialect()), 'workers'))).toEqual([
      'GET /health',
      'HEAD /health',
      'GET /no/such/route?x=1&x=%2B%20',
    ]);
    expect(lightRequest(at(textDialect()), 'workers')).toMatchObject({ path: '/health' });
  });

  it('have a body cut in half, and one under another type', () => {
    const backend = at(rustLakehouse());
    const [sound, ...broken] = routeRequests(backend, 'workers').filter(
      ({ method, path }) => method === 'POST' && path === '/ai/embed',
    );
    const whole = new TextEncoder().encode(JSON.stringify(sound?.json));
    const [half, text] = broken;
    expect(half?.bytes?.length).toBe(Math.ceil(whole.length / 2));
    expect(text?.bytes).toEqual(whole);
    const typeOf = (request: typeof half) =>
      request === undefined ? null : backend.http.prepare(request).headers;
    expect(typeOf(half)).toContain('application/json');
    expect(typeOf(text)).toContain('text/plain');
  });
});
