import { UsageError } from '../../errors.ts';
import type { Backend } from '../backend.ts';
import { type Dialect, type Route, UnsupportedRequestError, type WireRequest } from '../dialect.ts';
import type { Outcome } from '../outcome.ts';
import { openWireClient, type WireClient, type WireClientOptions } from './client.ts';

/** How a backend is reached and spoken to. */
export interface BackendOptions extends WireClientOptions {
  readonly dialect: Dialect;
}

/**
 * A backend behind HTTP. Whatever it does ends as an outcome: what the dialect cannot say is
 * `unsupported`, and a reply it cannot read is `malformed` as a whole, with the place named: a list with
 * an unreadable score in it is not an answer. No connection is made before the first request.
 * @throws UsageError for options that cannot be used.
 */
export function connectBackend(options: BackendOptions): Backend {
  const { dialect } = options;
  const client = openWireClient(options);
  const { storage } = dialect;
  return {
    url: client.url,
    dialect,
    health: (signal) => carryOut(client, dialect, 'health', dialect.health, {}, signal),
    embed: (request, signal) => carryOut(client, dialect, 'embed', dialect.embed, request, signal),
    search: (request, signal) =>
      carryOut(client, dialect, 'search', dialect.search, request, signal),
    retrieve: (request, signal) =>
      carryOut(client, dialect, 'retrieve', dialect.retrieve, request, signal),
    ingest: (request, signal) =>
      carryOut(client, dialect, 'ingest', dialect.ingest, request, signal),
    sql: (request, signal) => carryOut(client, dialect, 'sql', dialect.sql, request, signal),
    storage: {
      put: (request, signal) =>
        carryOut(client, dialect, 'storage put', storage?.put, request, signal),
      get: (request, signal) =>
        carryOut(client, dialect, 'storage get', storage?.get, request, signal),
      list: (request, signal) =>
        carryOut(client, dialect, 'storage list', storage?.list, request, signal),
      delete: (request, signal) =>
        carryOut(client, dialect, 'storage delete', storage?.delete, request, signal),
    },
    chat: (request, signal) => carryOut(client, dialect, 'chat', dialect.chat, request, signal),
    close: () => client.close(),
  };
}

async function carryOut<Request, Response>(
  client: WireClient,
  dialect: Dialect,
  operation: string,
  route: Route<Request, Response> | undefined,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Outcome<Response>> {
  if (route === undefined) return unsupported(client, `${dialect.name} has no ${operation}`);
  let wire: readonly WireRequest[];
  try {
    wire = route.encode(request);
  } catch (error) {
    if (error instanceof UnsupportedRequestError) return unsupported(client, error.message);
    throw new UsageError(
      'dialect-encode',
      `dialect ${dialect.name}: encoding ${operation} failed: ${client.toDetail(messageOf(error))}`,
      { hint: 'mend the encode function of the dialect', cause: error },
    );
  }
  const outcome = await client.sendWire(wire, signal);
  if (outcome.kind !== 'ok') return outcome;
  try {
    return { ...outcome, value: route.decode(outcome.value, request) };
  } catch (error) {
    const { status, sizeBytes, timing } = outcome;
    const detail = client.toDetail(messageOf(error));
    return { kind: 'malformed', status, detail, sizeBytes, timing };
  }
}

/** Nothing was sent: both times are the moment it was found out. */
function unsupported<Value>(client: WireClient, detail: string): Outcome<Value> {
  const nowMs = performance.now();
  return {
    kind: 'unsupported',
    status: null,
    detail: client.toDetail(detail),
    sizeBytes: 0,
    timing: { startedMs: nowMs, endedMs: nowMs },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
