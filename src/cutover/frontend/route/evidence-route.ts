import type { RouteGuard } from './guard.ts';

/** A question as the candidate is asked it, and how its answer becomes the incumbent's. */
export interface TranslatedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  readonly adapter: (body: unknown) => unknown;
}

/** Puts a question to the incumbent as one to the candidate; null for what cannot be put in one request. */
export type RequestTranslator = (request: {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}) => TranslatedRequest | null;

/** A share of one path that the candidate answers in the incumbent's place. */
export interface EvidenceRoute {
  /** Of the incumbent, e.g. `/vectors/hybrid`. */
  readonly path: string;
  /** From 0 to 100. */
  readonly percent: number;
  /** Header whose value decides who is in the share; a request without it goes to the incumbent. */
  readonly keyHeader: string;
  readonly translate: RequestTranslator;
  readonly guard: RouteGuard;
  readonly candidateUrl: string;
  /** Until the candidate has answered; beyond it the incumbent is asked. */
  readonly timeoutMs: number;
}
