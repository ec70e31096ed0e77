import type { Dialect, Route } from '../dialect.ts';
import type { OperationTypes, RequestOf, ResponseOf } from '../operations.ts';

/** The route of an operation; undefined where the dialect has none. */
export function routeOf<Name extends keyof OperationTypes>(
  dialect: Dialect,
  name: Name,
): Route<RequestOf<Name>, ResponseOf<Name>> | undefined {
  const routes: {
    readonly [Key in keyof OperationTypes]: Route<RequestOf<Key>, ResponseOf<Key>> | undefined;
  } = {
    ...NO_ROUTES,
    ...dialect,
    'storage put': dialect.storage?.put,
    'storage get': dialect.storage?.get,
    'storage list': dialect.storage?.list,
    'storage delete': dialect.storage?.delete,
  };
  return routes[name];
}

const NO_ROUTES = {
  describe: undefined,
  embed: undefined,
  search: undefined,
  retrieve: undefined,
  list: undefined,
  ingest: undefined,
  sql: undefined,
  chat: undefined,
};

/** The collections that a request is about. */
export function collectionsOf(request: object): readonly string[] {
  if ('collections' in request) return request.collections as readonly string[];
  return 'collection' in request ? [request.collection as string] : [];
}
