import { UsageError } from '../../errors.ts';
import { secretBook } from '../../secrets/book.ts';
import type { Backend, Operation } from '../backend.ts';
import { boundedAnswer } from '../bounds/answer-bounds.ts';
import { capabilitiesOf, type QueryForms } from '../capabilities.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import { mergeHits } from '../json/hits.ts';
import type { Hit, RetrieveRequest, SearchRequest } from '../operations.ts';
import type { Outcome } from '../outcome.ts';
import { carryOut } from './carry-out.ts';
import type { Driver, DriverSession } from './driver.ts';

/** Time limits of a driver, in milliseconds. */
export interface DriverTimeouts {
  /** Until the answer is whole, with connecting but without loading an engine; default 10000. */
  readonly requestMs?: number;
}

/** An engine in this process may take seconds to load, and no request is slow by that. */
const OPEN_MS = 120_000;

const BY_VECTOR: QueryForms = {
  text: false,
  vector: true,
  filter: true,
  severalCollections: true,
};

/**
 * A backend over a client library: asked by vector, never by text. It is opened at its first operation. Several
 * collections are searched one after the other and merged here, by similarity. `ingest` has no deadline, since
 * an index may be built at its end.
 * @throws UsageError for a deadline that cannot be used.
 */
export function driverBackend(driver: Driver, timeouts: DriverTimeouts = {}): Backend {
  const { requestMs = 10_000 } = timeouts;
  if (!(requestMs > 0 && requestMs < 2 ** 31)) {
    throw new UsageError('backend-options', `requestMs must be above 0, got ${requestMs}`, {
      hint: 'give a number of milliseconds',
    });
  }
  const closing = new AbortController();
  const secrets = secretBook();
  for (const secret of driver.secrets ?? []) if (secret) secrets.learn('password', secret);
  const { failureOf } = driver;
  const ending = { requestMs, closed: closing.signal, failureOf, hide: secrets.hide };
  let opening: Promise<DriverSession> | null = null;
  let opened: DriverSession | null = null;
  const open = (): Promise<DriverSession> => {
    if (opening === null) {
      const started = driver.open();
      opening = started;
      started.then(
        (session) => {
          opened = session;
        },
        () => {
          // A server that starts later is reached by the next request.
          opening = null;
        },
      );
    }
    return opening;
  };
  const by = async <Value>(
    work: (session: DriverSession, signal: AbortSignal) => Promise<Value>,
    caller: AbortSignal | undefined,
    within = requestMs,
  ): Promise<Outcome<Value>> => {
    let session = opened;
    if (session === null) {
      const outcome = await carryOut({ ...ending, requestMs: OPEN_MS }, caller, open);
      if (outcome.kind !== 'ok') return outcome;
      session = outcome.value;
    }
    const own = session;
    return await carryOut({ ...ending, requestMs: within }, caller, (signal) => work(own, signal));
  };

  const hitsOf = async (
    session: DriverSession,
    request: Omit<SearchRequest, 'collection' | 'text'>,
    collection: string,
    signal: AbortSignal,
  ): Promise<Hit[]> => {
    const { vector, k, filter, effort = null, exact = false } = request;
    if (vector === undefined) throw new UnsupportedRequestError('takes a vector, not text');
    const isFiltered = filter !== undefined && Object.keys(filter).length > 0;
    const query = { collection, vector, k, filter: isFiltered ? filter : null, effort, exact };
    const near = await session.search(query, signal);
    const hits = near.map((hit) => ({ ...hit, collection }));
    boundedAnswer('search', { ...request, collection }, { hits });
    return hits;
  };
  const search: Operation<'search'> = (request, caller) =>
    by(
      async (session, signal) => ({
        hits: await hitsOf(session, request, request.collection, signal),
      }),
      caller,
    );
  const retrieve: Operation<'retrieve'> = (request: RetrieveRequest, caller) =>
    by(async (session, signal) => {
      const { collections, k, perCollectionK = k } = request;
      const lists: Hit[][] = [];
      for (const collection of collections) {
        const asked = { ...request, k: perCollectionK };
        lists.push(await hitsOf(session, asked, collection, signal));
      }
      // One list is left as it came: more rows than were asked for is a finding, not to be hidden.
      const [only] = lists;
      const isWhole = only !== undefined && lists.length === 1 && perCollectionK === k;
      return { hits: isWhole ? only : mergeHits(lists, k) };
    }, caller);

  const { operations, exact, effort } = driver;
  return {
    label: driver.label,
    fingerprint: driver.fingerprint,
    capabilities: capabilitiesOf({
      operations: { ...operations, retrieve: operations.search },
      queries: { search: BY_VECTOR, retrieve: BY_VECTOR },
      exact,
      effort,
      vectors: true,
      ingest: 'vectors',
    }),
    health: (caller) =>
      by(
        async (session, signal) => boundedAnswer('health', {}, await session.health(signal)),
        caller,
      ),
    describe: (request, caller) =>
      by(async (session, signal) => {
        const info = await session.describe(request.collection, signal);
        return boundedAnswer('describe', request, info);
      }, caller),
    search,
    retrieve,
    list: (request, caller) =>
      by(
        async (session, signal) =>
          boundedAnswer('list', request, await session.list(request, signal)),
        caller,
      ),
    ingest: (request, caller) =>
      by(
        async (session, signal) =>
          boundedAnswer('ingest', request, { accepted: await session.ingest(request, signal) }),
        caller,
        2 ** 31 - 1,
      ),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      const session = await opening?.catch(() => null);
      await session?.close();
    },
  };
}
