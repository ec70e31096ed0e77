import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, BackendStorage, CallName } from '../../../src/wire/backend.ts';
import { call } from '../../../src/wire/call.ts';
import type { RequestOf } from '../../../src/wire/operations.ts';
import type { Api, Exchange } from './strict-server.ts';

/** One operation, the exchanges that it takes, and how it ends. */
export interface Case {
  readonly name: string;
  /** Collection and parameters of the backend's URL. */
  readonly url: string;
  readonly operation: Exclude<CallName, keyof BackendStorage> | 'health';
  readonly request: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly Exchange[];
  /** What the outcome has at least. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** The exchanges of one backend, written from its documentation. */
export interface Recording {
  /** Part of the environment: the secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
  /** Requests that the documentation does not allow. */
  readonly refused: readonly { readonly why: string; readonly request: Exchange['request'] }[];
}

/** What is written of one backend, by the scheme of its URL. */
export function recordingOf(scheme: string): Recording {
  const { shared, cases, ...rest } = read(scheme, 'exchanges.json');
  return {
    ...rest,
    // Exchanges that several cases have are written once, by a name.
    cases: cases.map((each: Case & { readonly exchanges: readonly (string | Exchange)[] }) => ({
      ...each,
      exchanges: each.exchanges.flatMap((one) => (typeof one === 'string' ? shared[one] : one)),
    })),
  };
}

/** What its documentation allows. */
export function apiOf(scheme: string): Api {
  return read(scheme, 'api.json');
}

function read(scheme: string, file: string) {
  return JSON.parse(readFileSync(join(import.meta.dirname, scheme, file), 'utf8'));
}

/** Carries out the operation of a case. */
export async function carryOut(
  backend: Backend,
  { operation, request }: Pick<Case, 'operation' | 'request'>,
) {
  if (operation === 'health') return await backend.health();
  return await call(backend, operation, withVectors(request) as RequestOf<CallName>);
}

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
