import { type Capabilities, capabilitiesOf, type QueryForms } from '../capabilities.ts';
import { type Dialect, NO_HANDLES, type Route } from '../dialect.ts';
import type { RetrieveRequest, SearchRequest } from '../operations.ts';

const TEXT = { text: 'sample', k: 1 };

/**
 * What a dialect can express. Which forms of a query it takes is found by encoding samples, since encoding is pure:
 * a form that `encode` refuses is not there. What the dialect says in `takes` goes before that.
 */
export function dialectCapabilities(dialect: Dialect): Capabilities {
  const { search, retrieve, storage, takes } = dialect;
  const routes = { ...dialect, storage: storage?.get };
  const operations: Record<string, string> = {};
  for (const name of NAMES) {
    const route = routes[name];
    if (route !== undefined) operations[name] = route.path;
  }
  return capabilitiesOf({
    operations,
    ingest: dialect.ingest === undefined ? 'none' : 'vectors',
    ...takes,
    queries: {
      ...(search === undefined ? {} : { search: searchForms(search) }),
      ...(retrieve === undefined ? {} : { retrieve: retrieveForms(retrieve) }),
      ...takes?.queries,
    },
  });
}

const NAMES = [
  'health',
  'describe',
  'embed',
  'search',
  'retrieve',
  'list',
  'ingest',
  'sql',
  'storage',
  'chat',
] as const;

function searchForms(route: Route<SearchRequest, unknown>): QueryForms {
  const takes = (request: Omit<SearchRequest, 'collection'>): boolean =>
    canEncode(route, { collection: 'sample', ...request });
  return { ...formsBy(takes), severalCollections: false };
}

function retrieveForms(route: Route<RetrieveRequest, unknown>): QueryForms {
  const takes = (request: Omit<RetrieveRequest, 'collections'>, collections = ['sample']) =>
    canEncode(route, { collections, ...request });
  const forms = formsBy(takes);
  const query = forms.text ? TEXT : vectorQuery();
  return { ...forms, severalCollections: takes(query, ['sample', 'other']) };
}

function formsBy(takes: (request: Omit<SearchRequest, 'collection'>) => boolean) {
  const text = takes(TEXT);
  const query = text ? TEXT : vectorQuery();
  return {
    text,
    vector: takes(vectorQuery()),
    filter: takes({ ...query, filter: { field: 'value' } }),
  };
}

function vectorQuery() {
  return { vector: Float32Array.of(1), k: 1 };
}

function canEncode<Request>(route: Route<Request, unknown>, request: Request): boolean {
  try {
    return route.encode(request, NO_HANDLES).length > 0;
  } catch {
    return false;
  }
}
