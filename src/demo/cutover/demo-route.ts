import type { EvidenceRoute } from '../../cutover/frontend/route/evidence-route.ts';
import { ROUTE_LIMITS, routeGuard } from '../../cutover/frontend/route/guard.ts';
import { translatorFor } from '../../cutover/frontend/route/translate.ts';
import { goLakehouse } from '../../wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../wire/lakehouse/rust-lakehouse.ts';

/** The path that the demo frontend routes, and the header that decides who is in the share. */
export const DEMO_ROUTE = { path: '/vectors/hybrid', keyHeader: 'x-user-id' } as const;

interface GoRetrieval {
  readonly results: readonly {
    readonly id: string;
    readonly distance: number;
    readonly metadata: unknown;
  }[];
}

/** The Go gateway's retrieval in the shape of the Rust gateway's, which has similarities for distances. */
function asRustRetrieval(body: unknown) {
  const { results } = body as GoRetrieval;
  return {
    sources: results.map(({ id, distance, metadata }) => ({
      doc_id: id,
      score: 1 - distance,
      metadata,
    })),
    sql_matches: null,
    method: 'hybrid',
  };
}

/** All of that path for the candidate, while `isProved`: as though the ledger held a verdict that stands. */
export async function demoRoute(candidateUrl: string, isProved: boolean): Promise<EvidenceRoute> {
  const adapters = new Map([['/v1/matrix/retrieve', asRustRetrieval]]);
  const { translate } = translatorFor(DEMO_ROUTE.path, rustLakehouse(), goLakehouse(), adapters);
  const guard = routeGuard({
    // How fast this machine is closes no route while it is proved that routes are confined.
    limits: { ...ROUTE_LIMITS, p95Ratio: Number.POSITIVE_INFINITY },
    standing: async () => (isProved ? null : 'no verdict stands'),
    log: () => {},
    now: () => performance.now(),
  });
  await guard.look();
  return { ...DEMO_ROUTE, percent: 100, translate, guard, candidateUrl, timeoutMs: 2000 };
}
