import { createFrontend } from '../../cutover/frontend/frontend.ts';
import { ledgerVerdicts } from '../../cutover/frontend/ledger-verdicts.ts';
import type { FrontendLimits } from '../../cutover/frontend/limits.ts';
import { listen } from '../../cutover/frontend/listen.ts';
import { demoRoute } from './demo-route.ts';

/** What a frontend's own process is started with, as JSON in its first argument. */
export interface FrontendOrder {
  readonly incumbentUrl: string;
  readonly candidateUrl: string | null;
  readonly candidateLimits: Partial<FrontendLimits>;
  readonly ledger: string;
  readonly port: number;
  /** Whether a path is routed to the candidate, and whether a verdict stands for it; null where none is. */
  readonly route: { readonly isProved: boolean } | null;
}

// The entry of that process: serves until it is told to end or loses its parent.
const { ledger, port, route, ...order } = JSON.parse(process.argv[2] ?? '{}') as FrontendOrder;
const routed =
  route === null || order.candidateUrl === null
    ? {}
    : { route: await demoRoute(order.candidateUrl, route.isProved) };
const frontend = await listen(
  createFrontend({ ...order, ...routed, verdictOf: ledgerVerdicts(ledger) }),
  port,
);
const end = () => void frontend.stop().finally(() => process.exit(0));
process.once('disconnect', end);
process.once('SIGTERM', end);
// Ctrl-C and the end of a terminal reach the whole process group; the parent finishes first.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.send?.({ port: Number(new URL(frontend.url).port) });
