import type { Backend } from '../../wire/backend.ts';
import { requireHttp } from '../../wire/call.ts';
import type { WireRequest } from '../../wire/dialect.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import type { OperationTypes, RequestOf } from '../../wire/operations.ts';

const QUESTION = 'Forklift Operator in Springfield, IL';
const TEXTS = [QUESTION, 'caf\u00e9 \u{1f69c} \u05e9\u05dc\u05d5\u05dd'];

/**
 * Requests to routes of one side, as its dialect makes them: answers, errors of every kind, and paths it does not
 * have. Those whose routes do not exist are compared all the same: their errors must not change either.
 */
export function routeRequests(backend: Backend, index: string): WireRequest[] {
  const side = requireHttp(backend, 'a cutover');
  const places = backend.searches?.map((place) => requireHttp(place.backend, 'a cutover')) ?? [
    side,
  ];
  const health = encoded(side, 'health', {});
  const embed = encoded(side, 'embed', { texts: TEXTS, kind: 'query' });
  const question = { text: QUESTION, k: 10 };
  return [
    ...health,
    ...health.map((request) => ({ ...request, method: 'HEAD' as const })),
    ...embed,
    ...places.flatMap((place) => [
      ...encoded(place, 'search', { collection: index, ...question }),
      ...encoded(place, 'search', { collection: 'no such index', ...question }),
    ]),
    ...encoded(side, 'retrieve', { collections: [index], ...question }),
    ...embed.map((request) => asBytes(request, 'application/json', halved)),
    ...embed.map((request) => asBytes(request, 'text/plain')),
    { method: 'GET', path: '/no/such/route?x=1&x=%2B%20' },
    ...embed.map(({ path }) => ({ method: 'OPTIONS' as const, path })),
    ...encoded(side, 'sql', { statement: 'SELECT 1 AS one' }),
    ...encoded(side, 'sql', { statement: 'SELECT FROM WHERE' }),
    ...encoded(side, 'storage list', { prefix: 'cutover-probe/' }),
    ...encoded(side, 'storage get', { key: 'cutover-probe/no such key' }),
  ];
}

/** The lightest request that is real work: one embedding, or else one search, or else health. */
export function lightRequest(backend: Backend, index: string): WireRequest {
  const side = requireHttp(backend, 'a cutover');
  const [first] = [
    ...encoded(side, 'embed', { texts: ['forklift'], kind: 'query' }),
    ...encoded(side, 'search', { collection: index, text: 'forklift', k: 1 }),
    ...encoded(side, 'health', {}),
  ];
  return first ?? { method: 'GET', path: '/' };
}

/** The requests of an operation; none where the dialect has no such thing. */
export function encoded<Name extends keyof OperationTypes>(
  side: HttpAccess,
  name: Name,
  request: RequestOf<Name>,
): readonly WireRequest[] {
  return side.encode(name, request)?.requests ?? [];
}

/** A request of JSON with its body as bytes, changed or under another type. */
function asBytes(
  { json, ...request }: WireRequest,
  type: string,
  change = (bytes: Uint8Array) => bytes,
): WireRequest {
  const bytes = change(new TextEncoder().encode(JSON.stringify(json)));
  return { ...request, bytes, headers: { ...request.headers, 'content-type': type } };
}

function halved(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, Math.ceil(bytes.length / 2));
}

/** Names each request of a list, apart from others of the same route. */
export function routeNames(requests: readonly WireRequest[]): string[] {
  const seen = new Map<string, number>();
  return requests.map(({ method, path }) => {
    const name = `${method} ${path}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}
