import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BackendStorage, CallName } from '../../../src/wire/backend.ts';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { call } from '../../../src/wire/call.ts';
import type { RequestOf } from '../../../src/wire/operations.ts';
import { type Api, type Exchange, strictServer } from './strict-server.ts';

/** One operation, the exchanges that it takes, and how it ends. */
interface Case {
  readonly name: string;
  /** Collection and parameters of the backend's URL. */
  readonly url: string;
  readonly operation: Exclude<CallName, keyof BackendStorage> | 'health';
  readonly request: Readonly<Record<string, unknown>>;
  /** Exchanges, or the names of such as several cases have. */
  readonly exchanges: readonly (string | Exchange)[];
  /** What the outcome has at least. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** The exchanges of one backend, written from its documentation. */
interface Recording {
  /** Part of the environment: the secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly shared: Readonly<Record<string, readonly Exchange[]>>;
  readonly cases: readonly Case[];
  /** Requests that the documentation does not allow. */
  readonly refused: readonly { readonly why: string; readonly request: Exchange['request'] }[];
}

const timeouts = { connectMs: 500, requestMs: 2_000 };
const backends = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(backends)('recorded exchanges of %s', (scheme) => {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, scheme, file), 'utf8'));
  const api: Api = read('api.json');
  const { env, shared, cases, refused }: Recording = read('exchanges.json');

  it.each(cases)('$name', async ({ url, operation, request, exchanges, outcome }) => {
    const all = exchanges.flatMap((each) => (typeof each === 'string' ? shared[each] : each) ?? []);
    const server = await strictServer(api, all);
    const place = `${scheme}://${server.url.replace('http://', '')}/${url}`;
    const backend = backendOfUrl(`${place}${url.includes('?') ? '&' : '?'}tls=false`, {
      timeouts,
      env,
    });
    onTestFinished(() => backend.close());
    const ended =
      operation === 'health'
        ? await backend.health()
        : await call(backend, operation, withVectors(request) as RequestOf<CallName>);
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

/** Lists of numbers named `vector` become vectors. */
function withVectors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withVectors);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'vector' ? Float32Array.from(inner as number[]) : withVectors(inner),
    ]),
  );
}

/** A value with plain lists for vectors, and numbers to six digits after the point. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
  if (value instanceof Float32Array) return Array.from(value, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
