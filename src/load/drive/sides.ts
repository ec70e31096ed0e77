import { depthFor } from '../../corpus/own-documents.ts';
import type { Query } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { WireReply } from '../../wire/dialect.ts';
import type { Encoded, HttpAccess } from '../../wire/http/access.ts';
import type { PreparedRequest } from '../../wire/http/prepare.ts';
import type { Hit, HitsResponse } from '../../wire/operations.ts';
import { type AnswerVariants, createAnswerVariants } from '../answers/answers.ts';
import { differingPaths } from '../answers/mask.ts';
import type { LoadOperation } from '../plan.ts';
import { type LoadArm, runClosedTrial } from './trial.ts';

/** What makes one side of a load. */
export interface SideOptions {
  readonly http: HttpAccess;
  readonly operation: LoadOperation;
  /** In the order of the query indices. */
  readonly queries: readonly Query[];
  readonly k: number;
  readonly model: string | null;
  /** Queries that may be asked beforehand to find out which fields vary by themselves. */
  readonly probes: readonly number[];
  readonly signal?: AbortSignal;
}

/** A side whose answers are kept, and that can also be asked what is not on its list. */
export interface PreparedSide {
  readonly arm: LoadArm & { readonly answers: AnswerVariants };
  readonly queries: readonly Query[];
  /** Fields of its answers that vary by themselves. */
  readonly masked: ReadonlySet<string>;
  /** One request that asks a query. @throws UsageError where the side needs several. */
  readonly exchangeOf: (query: Query) => PreparedRequest;
  /** Reads one body; throws where it is unreadable. */
  readonly hitsOf: (body: Uint8Array, query: Query) => readonly Hit[];
}

/** How often each probe is asked: fields that differ between the answers are volatile. */
const PROBE_REPEATS = 3;

/** The queries that every side can ask in one request: only such are put under load. */
export function loadableQueries(
  queries: readonly Query[],
  sides: readonly HttpAccess[],
  operation: LoadOperation,
  k: number,
): Query[] {
  return queries.filter((query) =>
    sides.every((side) => encoded(side, operation, query, k, null)?.requests.length === 1),
  );
}

/**
 * One side ready to be put under load: its requests encoded, its volatile fields found, its answers readable.
 * @throws UsageError where the side lacks the operation or needs several requests for a query.
 * @throws InfrastructureError where the backend cannot be connected to.
 */
export async function prepareSide(options: SideOptions): Promise<PreparedSide> {
  const { http, operation, queries, k, model } = options;
  const { url, tls } = http;
  const exchangeFor = (query: Query): PreparedRequest => {
    const requests = encoded(http, operation, query, k, model)?.requests;
    const request = requests?.[0];
    if (request === undefined || requests?.length !== 1) {
      throw new UsageError(
        'load-not-one-request',
        `dialect ${http.dialectName} cannot ask query ${query.id} by one ${operation} request`,
        { hint: 'leave such queries out of the load' },
      );
    }
    return http.prepare(request);
  };
  const hitsOf = (body: Uint8Array, query: Query): readonly Hit[] => {
    const reply: WireReply = { status: 200, contentType: 'application/json', bytes: body };
    const { hits = [] } = encoded(http, operation, query, k, model)?.read([reply]) ?? {};
    return hits;
  };
  const exchanges = queries.map(exchangeFor);
  const masked = await findVolatile({ url, tls, exchanges }, options.probes, options.signal);
  const answers = createAnswerVariants(masked);
  return {
    arm: { url, tls, exchanges, answers },
    queries,
    masked,
    exchangeOf: exchangeFor,
    hitsOf,
  };
}

async function findVolatile(
  arm: LoadArm,
  probes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const probe of probes) {
    const exchange = arm.exchanges[probe];
    if (exchange === undefined) continue;
    const answers = createAnswerVariants();
    await runClosedTrial({
      arm: { ...arm, exchanges: [exchange], answers },
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
      for (const path of differingPaths(bodies[0], body)) paths.add(path);
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
  side: HttpAccess,
  operation: LoadOperation,
  query: Query,
  k: number,
  model: string | null,
): Encoded<HitsResponse> | null {
  const { collections, filter, text } = query;
  const asked = { text, k: depthFor(query, k), ...(model === null ? {} : { model }) };
  if (operation === 'retrieve') {
    return side.encode('retrieve', {
      collections,
      ...asked,
      ...(filter === undefined ? {} : { filter }),
    });
  }
  // Search takes one collection and no filter.
  if (filter !== undefined || collections.length !== 1) return null;
  return side.encode('search', { collection: collections[0] ?? '', ...asked });
}
