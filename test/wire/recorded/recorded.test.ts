import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { apiOf, carryOut, recordingOf } from './recording.ts';
import { strictServer } from './strict-server.ts';

const timeouts = { connectMs: 500, requestMs: 2_000 };
const backends = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(backends)('recorded exchanges of %s', (scheme) => {
  const api = apiOf(scheme);
  const { env, cases, refused } = recordingOf(scheme);

  it.each(cases)('$name', async ({ url, operation, request, exchanges, outcome }) => {
    const server = await strictServer(api, exchanges);
    const place = `${scheme}://${server.url.replace('http://', '')}/${url}`;
    const backend = backendOfUrl(`${place}${url.includes('?') ? '&' : '?'}tls=false`, {
      timeouts,
      env,
    });
    onTestFinished(() => backend.close());
    const ended = await carryOut(backend, { operation, request });
    expect(server.refusals).toEqual([]);
    expect(plain(ended)).toMatchObject(plain(outcome) as object);
    expect(server.left()).toBe(0);
  });

  it.each(refused)('the server refuses $why', async ({ request: { method, path, json } }) => {
    const server = await strictServer(api, []);
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...api.headers, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    expect(response.status).toBeOneOf([400, 404]);
    expect(server.refusals.join()).not.toContain('not what was recorded');
  });
});

/** A value with plain lists for vectors, and numbers to six digits after the point. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
  if (value instanceof Float32Array) return Array.from(value, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
