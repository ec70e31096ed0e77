import type { Backend, BackendStorage, CallName, Operation } from '../backend.ts';
import type { Outcome } from '../outcome.ts';

/** Carries out one request of a backend, with something before or after it. */
export type Around = <Value>(
  run: () => Promise<Outcome<Value>>,
  signal: AbortSignal | undefined,
) => Promise<Outcome<Value>>;

const NAMES: readonly CallName[] = [
  'describe',
  'embed',
  'search',
  'retrieve',
  'list',
  'ingest',
  'sql',
  'chat',
];

/** A backend whose every request goes through `around`; it says the same of itself as the one within. */
export function wrapped(backend: Backend, around: Around): Backend {
  const { storage, http, searches, known } = backend;
  const operations = Object.fromEntries(
    NAMES.flatMap((name) => {
      const operation = backend[name] as Operation<CallName> | undefined;
      if (operation === undefined) return [];
      const through: Operation<CallName> = (request, signal) =>
        around(() => operation.call(backend, request, signal), signal);
      return [[name, through]];
    }),
  );
  return {
    ...operations,
    label: backend.label,
    capabilities: backend.capabilities,
    fingerprint: backend.fingerprint,
    health: (signal) => around(() => backend.health(signal), signal),
    ...(known === undefined ? {} : { known }),
    ...(storage === undefined ? {} : { storage: wrappedStorage(storage, around) }),
    ...(http === undefined
      ? {}
      : {
          http: {
            ...http,
            send: (request, signal) => around(() => http.send(request, signal), signal),
          },
        }),
    ...(searches === undefined
      ? {}
      : {
          searches: searches.map(({ endpoint, backend: inner }) => ({
            endpoint,
            backend: wrapped(inner, around),
          })),
        }),
    close: () => backend.close(),
  };
}

function wrappedStorage(storage: BackendStorage, around: Around): BackendStorage {
  return {
    put: (request, signal) => around(() => storage.put(request, signal), signal),
    get: (request, signal) => around(() => storage.get(request, signal), signal),
    list: (request, signal) => around(() => storage.list(request, signal), signal),
    delete: (request, signal) => around(() => storage.delete(request, signal), signal),
  };
}
