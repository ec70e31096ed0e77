import type { Query } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import {
  type Dialect,
  type Route,
  UnsupportedRequestError,
  type WireRequest,
} from '../../wire/dialect.ts';
import type { Hit, HitsResponse, RetrieveRequest, SearchRequest } from '../../wire/operations.ts';
import { createAnswerBook } from '../answers/answers.ts';
import { volatilePaths } from '../answers/mask.ts';
import { type Exchange, exchangeOf } from '../connections/connection.ts';
import type { LoadSide } from './rung.ts';
import { runClosedTrial } from './trial.ts';

/** The operations that can be put under load. */
export type LoadOperation = 'search' | 'retrieve';

/** What makes one side of a load. */
export interface SideOptions {
  readonly url: string;
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string>>;
  readonly operation: LoadOperation;
  /** In the order of the query indices. */
  readonly queries: readonly Query[];
  readonly k: number;
  readonly model: string | null;
  /** Recall of an answer in [0,1], null where undefined; null where recall is not looked at. */
  readonly recallOf: ((hits: readonly Hit[], query: Query) => number | null) | null;
  /** Queries that may be asked beforehand to find out which fields vary by themselves. */
  readonly probes: readonly number[];
  readonly signal?: AbortSignal;
}

/** A side that can also be asked what is not on its list. */
export interface PreparedSide extends LoadSide {
  readonly queries: readonly Query[];
  /** One request that asks a query. @throws UsageError where the dialect needs several. */
  readonly exchangeOf: (query: Query) => Exchange;
  /** Reads one body; throws where it is unreadable. */
  readonly hitsOf: (body: Uint8Array, query: Query) => readonly Hit[];
}

/** How often each probe is asked: fields that differ between the answers are volatile. */
const PROBE_REPEATS = 3;

/** The queries that both dialects can ask in one request: only such are put under load. */
export function loadableQueries(
  queries: readonly Query[],
  dialects: readonly Dialect[],
  operation: LoadOperation,
  k: number,
): Query[] {
  return queries.filter((query) =>
    dialects.every((dialect) => encoded(dialect, operation, query, k, null)?.length === 1),
  );
}

/**
 * One side ready to be put under load: its requests encoded, its volatile fields found, its answers readable.
 * @throws UsageError where the dialect lacks the operation or needs several requests for a query.
 * @throws InfrastructureError where the backend cannot be connected to.
 */
export async function prepareSide(options: SideOptions): Promise<PreparedSide> {
  const { dialect, operation, queries, k, model, url, recallOf } = options;
  const exchangeFor = (query: Query): Exchange => {
    const requests = encoded(dialect, operation, query, k, model);
    const request = requests?.[0];
    if (request === undefined || requests?.length !== 1) {
      throw new UsageError(
        'load-not-one-request',
        `dialect ${dialect.name} cannot ask query ${query.id} by one ${operation} request`,
        { hint: 'leave such queries out of the load' },
      );
    }
    return exchangeOf(request, url, options.headers);
  };
  const hitsOf = (body: Uint8Array, query: Query): readonly Hit[] => {
    const reply = { status: 200, contentType: 'application/json', bytes: body };
    return decoded(dialect, operation, query, k, model, reply).hits;
  };
  const exchanges = queries.map(exchangeFor);
  const masked = await findVolatile(url, exchanges, options.probes, options.signal);
  const answers = createAnswerBook(masked);
  return {
    arm: { url, exchanges, answers },
    queries,
    exchangeOf: exchangeFor,
    hitsOf,
    read: (body, index) => {
      const query = queries[index];
      if (query === undefined) throw new RangeError(`no query ${index}`);
      const hits = hitsOf(body, query);
      return { recall: recallOf === null ? null : recallOf(hits, query) };
    },
  };
}

async function findVolatile(
  url: string,
  exchanges: readonly Exchange[],
  probes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const probe of probes) {
    const exchange = exchanges[probe];
    if (exchange === undefined) continue;
    const answers = createAnswerBook();
    await runClosedTrial({
      arm: { url, exchanges: [exchange], answers },
      concurrency: 1,
      durationMs: 30_000,
      maxRequests: PROBE_REPEATS,
      seed: 1,
      ...(signal === undefined ? {} : { signal }),
    });
    const bodies = Array.from({ length: answers.variantCount(0) }, (_, index) =>
      parsed(answers.variant(0, index + 1)),
    );
    for (const body of bodies.slice(1)) {
      for (const path of volatilePaths(bodies[0], body)) paths.add(path);
    }
  }
  return paths;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return null;
  }
}

function encoded(
  dialect: Dialect,
  operation: LoadOperation,
  query: Query,
  k: number,
  model: string | null,
): readonly WireRequest[] | null {
  try {
    return operation === 'search'
      ? isSearchable(query)
        ? routeOf(dialect.search, dialect, operation).encode(searchOf(query, k, model))
        : null
      : routeOf(dialect.retrieve, dialect, operation).encode(retrieveOf(query, k, model));
  } catch (error) {
    if (error instanceof UnsupportedRequestError) return null;
    throw error;
  }
}

function decoded(
  dialect: Dialect,
  operation: LoadOperation,
  query: Query,
  k: number,
  model: string | null,
  reply: { status: number; contentType: string; bytes: Uint8Array },
): HitsResponse {
  return operation === 'search'
    ? routeOf(dialect.search, dialect, operation).decode([reply], searchOf(query, k, model))
    : routeOf(dialect.retrieve, dialect, operation).decode([reply], retrieveOf(query, k, model));
}

function routeOf<Request>(
  route: Route<Request, HitsResponse> | undefined,
  dialect: Dialect,
  operation: LoadOperation,
): Route<Request, HitsResponse> {
  if (route !== undefined) return route;
  throw new UsageError('load-no-operation', `dialect ${dialect.name} has no ${operation}`, {
    hint: 'choose an operation that both dialects have',
  });
}

/** Search takes one collection and no filter. */
function isSearchable(query: Query): boolean {
  return query.filter === undefined && query.collections.length === 1;
}

function searchOf(query: Query, k: number, model: string | null): SearchRequest {
  return {
    collection: query.collections[0] ?? '',
    text: query.text,
    k,
    ...(model === null ? {} : { model }),
  };
}

function retrieveOf(query: Query, k: number, model: string | null): RetrieveRequest {
  return {
    collections: query.collections,
    text: query.text,
    k,
    ...(query.filter === undefined ? {} : { filter: query.filter }),
    ...(model === null ? {} : { model }),
  };
}
