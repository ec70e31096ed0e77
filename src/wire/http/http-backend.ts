import { UsageError } from '../../errors.ts';
import type { Backend, BackendStorage, CallName, Operation } from '../backend.ts';
import { boundedAnswer } from '../bounds/answer-bounds.ts';
import {
  type Dialect,
  type EncodeContext,
  type Handle,
  NO_HANDLES,
  OTHER_FORM,
  OtherFormError,
  RejectedReplyError,
  type Route,
  UnsupportedRequestError,
} from '../dialect.ts';
import type { OperationTypes, RequestOf, ResponseOf } from '../operations.ts';
import { type Outcome, unsupported } from '../outcome.ts';
import type { Encoded, HttpAccess, TlsOptions } from './access.ts';
import { checkedResponse, isPromise } from './checked-response.ts';
import {
  type MoreRequests,
  openWireClient,
  type WireClient,
  type WireClientOptions,
} from './client.ts';
import { dialectCapabilities } from './dialect-capabilities.ts';
import { requireDialect } from './require-dialect.ts';
import { collectionsOf, routeOf } from './routes.ts';

/** How a backend is reached and spoken to. */
export interface HttpOptions extends WireClientOptions {
  readonly dialect: Dialect;
}

/** A backend behind HTTP: every operation is there, and one that the dialect lacks ends as `unsupported`. */
export type HttpBackend = Backend & { readonly [Name in CallName]: Operation<Name> } & {
  readonly storage: BackendStorage;
  readonly http: HttpAccess;
};

/**
 * A backend behind HTTP. What its dialect cannot say ends as `unsupported`, and a reply it cannot read as
 * `malformed` as a whole, with the place named: a list with an unreadable score in it is not an answer. A
 * dialect's `describe` is asked once a collection, before the first other request about it. No connection is
 * made before the first request.
 * @throws UsageError for options that cannot be used.
 */
export function http(options: HttpOptions): HttpBackend {
  const dialect = requireDialect(options.dialect);
  const client = openWireClient(options);
  const backend = speak(client, dialect, options.tls ?? {});
  const { searches, ...rest } = dialect;
  if (searches === undefined) return backend;
  return {
    ...backend,
    searches: Object.entries(searches).map(([endpoint, search]) => ({
      endpoint,
      backend: speak(client, { ...rest, search }, options.tls ?? {}),
    })),
  };
}

/** A backend that speaks one dialect through a client; several may share a client. */
function speak(client: WireClient, dialect: Dialect, tls: TlsOptions): HttpBackend {
  const handles = new Map<string, Handle>();
  const handleOf = (collection: string): Handle => {
    const handle = handles.get(collection);
    if (handle !== undefined) return handle;
    throw new UnsupportedRequestError(`collection ${collection} was not described before`);
  };
  const context: EncodeContext = dialect.describe === undefined ? NO_HANDLES : { handleOf };

  const encode: HttpAccess['encode'] = (name, request) => {
    const route = routeOf(dialect, name);
    if (route === undefined) return null;
    try {
      return encoded(route, name, request);
    } catch (error) {
      if (error instanceof UnsupportedRequestError) return null;
      throw error;
    }
  };

  function encoded<Name extends keyof OperationTypes>(
    route: Route<RequestOf<Name>, ResponseOf<Name>>,
    name: Name,
    request: RequestOf<Name>,
  ): Encoded<ResponseOf<Name>> {
    try {
      const requests = route.encode(request, context);
      if (isPromise(requests)) {
        throw new Error('encode must be synchronous, and gave a promise');
      }
      const { next } = route;
      return {
        requests,
        ...(next === undefined ? {} : { next: (replies) => next(replies, request, context) }),
        read: (replies) => {
          const answer = route.decode(replies, request, context);
          return boundedAnswer(name, request, checkedResponse(dialect.name, name, answer));
        },
      };
    } catch (error) {
      if (error instanceof UnsupportedRequestError || error instanceof UsageError) throw error;
      throw new UsageError(
        'dialect-encode',
        `dialect ${dialect.name}: encoding ${name} failed: ${client.toDetail(messageOf(error))}`,
        { hint: 'correct the encode function of the dialect', cause: error },
      );
    }
  }

  async function carryOut<Name extends keyof OperationTypes>(
    name: Name,
    route: Route<RequestOf<Name>, ResponseOf<Name>> | undefined,
    request: RequestOf<Name>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<ResponseOf<Name>>> {
    if (route === undefined) return unsupported(`${dialect.name} has no ${name}`);
    const undescribed = collectionsOf(request).filter((collection) => !handles.has(collection));
    if (dialect.describe !== undefined && name !== 'describe' && undescribed.length > 0) {
      for (const collection of undescribed) {
        const outcome = await describe({ collection }, signal);
        if (outcome.kind !== 'ok') return outcome;
      }
    }
    let operation: Encoded<ResponseOf<Name>>;
    try {
      operation = encoded(route, name, request);
    } catch (error) {
      if (error instanceof UnsupportedRequestError) {
        return unsupported(client.toDetail(error.message));
      }
      throw error;
    }
    const unread: unknown[] = [];
    const { next } = operation;
    const more: MoreRequests = {
      // Batches of an embedder, and what an ingest waits for, may take long together.
      deadlineEach: name === 'ingest' || name === 'embed',
      isQuery: name === 'search' || name === 'retrieve',
      ...(next === undefined
        ? {}
        : {
            next: (replies) => {
              try {
                return next(replies);
              } catch (error) {
                unread.push(error);
                return [];
              }
            },
          }),
    };
    const outcome = await client.sendWire(operation.requests, signal, more);
    try {
      if (outcome.kind !== 'ok') return outcome;
      if (unread.length > 0) throw unread[0];
      return { ...outcome, value: operation.read(outcome.value) };
    } catch (error) {
      // A mistake in the dialect's code is no doing of the backend.
      if (error instanceof UsageError) throw error;
      const { status, sizeBytes, timing } = outcome;
      const detail = client.toDetail(messageOf(error));
      const kind = error instanceof RejectedReplyError ? 'rejected' : 'malformed';
      const code = error instanceof OtherFormError ? { code: OTHER_FORM } : {};
      return { kind, status, detail, sizeBytes, timing, ...code };
    } finally {
      // A collection that was not there may be there now.
      if (name === 'ingest') for (const each of collectionsOf(request)) handles.delete(each);
    }
  }

  const describe: Operation<'describe'> = async (request, signal) => {
    const outcome = await carryOut('describe', dialect.describe, request, signal);
    if (outcome.kind !== 'ok') return outcome;
    const { handle = {}, ...info } = outcome.value as typeof outcome.value & { handle?: Handle };
    handles.set(request.collection, handle);
    return { ...outcome, value: info };
  };
  const operation =
    <Name extends keyof OperationTypes>(name: Name): Operation<Name> =>
    (request, signal) =>
      carryOut(name, routeOf(dialect, name), request, signal);

  return {
    label: client.url,
    capabilities: dialectCapabilities(dialect),
    fingerprint: dialect.fingerprint,
    health: (signal) => carryOut('health', dialect.health, {}, signal),
    describe,
    embed: operation('embed'),
    search: operation('search'),
    retrieve: operation('retrieve'),
    list: operation('list'),
    ingest: operation('ingest'),
    sql: operation('sql'),
    chat: operation('chat'),
    storage: {
      put: operation('storage put'),
      get: operation('storage get'),
      list: operation('storage list'),
      delete: operation('storage delete'),
    },
    http: {
      url: client.url,
      tls,
      dialectName: dialect.name,
      encode,
      prepare: client.prepare,
      send: (request, signal) => client.sendRaw(request, signal),
    },
    close: () => client.close(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
