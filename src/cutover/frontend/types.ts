import type { TrafficTap } from '../../wire/http/seen-exchange.ts';
import type { FrontendLimits } from './limits.ts';
import type { EvidenceRoute } from './route/evidence-route.ts';

/** The two backends a request may go to. */
export type FrontendSide = 'incumbent' | 'candidate';

/** What the ledger says of one endpoint, as far as a client may know it. */
export interface EndpointVerdict {
  readonly endpoint: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Whether the endpoint cleared parity or lost it. */
  readonly change: 'cleared' | 'lost';
  /** Day of the run, e.g. `2026-11-23`. */
  readonly date: string;
  readonly incumbentPath: string;
  readonly candidatePath: string;
  readonly runId: string;
}

/** Finds the standing verdict of a candidate's path (without query), e.g. `/v1/embed`; null where there is none. */
export type VerdictLookup = (candidatePath: string) => Promise<EndpointVerdict | null>;

/** The candidate's parsed JSON answer in the incumbent's shape; pure. */
export type ResponseAdapter = (body: unknown) => unknown;

/** What a frontend passes requests to, and how. */
export interface FrontendOptions {
  /** An origin, e.g. `http://127.0.0.1:3100`; no path, query or credentials. */
  readonly incumbentUrl: string;
  /** The same of the candidate; null keeps the cutover shut. */
  readonly candidateUrl: string | null;
  /** What opens the cutover, for the answer that says it is shut; default `GO_LAKEHOUSE_URL`. */
  readonly setting?: string;
  readonly verdictOf?: VerdictLookup;
  /** By the candidate's path; only 2xx JSON answers of those paths are changed. */
  readonly adapters?: ReadonlyMap<string, ResponseAdapter>;
  /** Looks at what the incumbent is asked and answers; it never keeps a request waiting. */
  readonly tap?: TrafficTap;
  /** A share of one path that the candidate answers while there is evidence for it. */
  readonly route?: EvidenceRoute;
  readonly limits?: Partial<FrontendLimits>;
  /** Limits that differ for the candidate. */
  readonly candidateLimits?: Partial<FrontendLimits>;
}
