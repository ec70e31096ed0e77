import type { Filter } from '../corpus/types.ts';
import { UsageError } from '../errors.ts';
import type { Backend, BackendStorage, CallName, Operation } from './backend.ts';
import type { Capabilities, OperationName } from './capabilities.ts';
import type { HttpAccess } from './http/access.ts';
import type { RequestOf, ResponseOf, RetrieveRequest, SearchRequest } from './operations.ts';
import { type Outcome, unsupported } from './outcome.ts';

/** Carries out one operation; what the capabilities leave out ends as `unsupported` and nothing is sent. */
export async function call<Name extends CallName>(
  backend: Backend,
  name: Name,
  request: RequestOf<Name>,
  signal?: AbortSignal,
): Promise<Outcome<ResponseOf<Name>>> {
  const why = whyUnsupported(backend.capabilities, name, request);
  const operation = backend[name] as Operation<Name> | undefined;
  if (why !== null) return unsupported(why);
  if (operation === undefined) return unsupported(`${backend.label} has no ${name}`);
  return await operation.call(backend, request, signal);
}

/** The storage of a backend; every action of one that has none is `unsupported`. */
export function storageOf(backend: Backend): BackendStorage {
  if (backend.storage !== undefined) return backend.storage;
  const none = async () => unsupported<never>(`${backend.label} has no storage`);
  return { put: none, get: none, list: none, delete: none };
}

/** Why a backend with these capabilities cannot carry out a request; null where it can. */
export function whyUnsupported<Name extends CallName>(
  capabilities: Capabilities,
  name: Name,
  request: RequestOf<Name>,
): string | null {
  const path = capabilities.operations[name];
  if (path === undefined) return `has no ${name}`;
  switch (name) {
    case 'search':
    case 'retrieve':
      return whyNoQuery(capabilities, name, path, request as SearchRequest | RetrieveRequest);
    case 'list':
      return (request as RequestOf<'list'>).vectors && !capabilities.vectors
        ? `${path} gives no vectors`
        : null;
    default:
      return null;
  }
}

function whyNoQuery(
  { queries, exact, effort }: Capabilities,
  name: 'search' | 'retrieve',
  path: string,
  request: SearchRequest | RetrieveRequest,
): string | null {
  const forms = queries[name];
  if (forms === undefined) return null;
  if (request.vector !== undefined && !forms.vector) return `${path} takes text, not a vector`;
  if (request.text !== undefined && !forms.text) return `${path} takes a vector, not text`;
  if (isFilter(request.filter) && !forms.filter) return `${path} takes no filter`;
  if ('collections' in request && request.collections.length > 1 && !forms.severalCollections) {
    return `${path} takes one collection`;
  }
  if (request.exact === true && exact !== 'query') return `${path} has no exact search by request`;
  if (request.effort !== undefined && effort === null) return `${path} has no setting of effort`;
  return null;
}

function isFilter(filter: Filter | undefined): boolean {
  return filter !== undefined && Object.keys(filter).length > 0;
}

/** What tables call an operation of a backend, e.g. its path; `–` where it has none. */
export function pathOf(backend: Backend, name: OperationName): string {
  return backend.capabilities.operations[name] ?? '–';
}

/** Where an operation is carried out, for messages: URL and path, or the label and the operation's name. */
export function placeOf(backend: Backend, name: OperationName): string {
  const path = backend.capabilities.operations[name] ?? name;
  return backend.http === undefined ? `${backend.label}: ${path}` : `${backend.http.url}${path}`;
}

/**
 * What a backend has of HTTP, for what sends requests of its own making.
 * @throws UsageError where it is not reached by HTTP.
 */
export function requireHttp(backend: Backend, what: string): HttpAccess {
  if (backend.http !== undefined) return backend.http;
  throw new UsageError(
    'not-http',
    `${what} needs HTTP, and ${backend.label} is not reached by it`,
    {
      hint: 'name a backend by its URL',
    },
  );
}
