import type { Filter } from '../../corpus/types.ts';
import type { Capabilities, OperationName } from '../capabilities.ts';
import type {
  CollectionInfo,
  HealthResponse,
  IngestRequest,
  ListRequest,
  ListResponse,
} from '../operations.ts';

/** One query by vector in one collection. */
export interface VectorQuery {
  readonly collection: string;
  readonly vector: Float32Array;
  readonly k: number;
  /** Null where nothing is filtered. */
  readonly filter: Filter | null;
  /** Null: what the backend was opened with. */
  readonly effort: number | null;
  readonly exact: boolean;
}

/** One document near a query. */
export interface Near {
  readonly id: string;
  /** Higher is nearer; NaN where the engine gave no number. */
  readonly similarity: number;
  /** What the engine gave. */
  readonly rawScore: number;
}

/**
 * An open connection to a backend of a client library. Whatever goes wrong rejects, and ends as an outcome.
 * `signal` is aborted when nobody waits for the answer any more: what can be stopped is stopped then.
 */
export interface DriverSession {
  readonly health: (signal: AbortSignal) => Promise<HealthResponse>;
  readonly describe: (collection: string, signal: AbortSignal) => Promise<CollectionInfo>;
  /** Nearest first. */
  readonly search: (query: VectorQuery, signal: AbortSignal) => Promise<readonly Near[]>;
  readonly list: (request: ListRequest, signal: AbortSignal) => Promise<ListResponse>;
  /** Number of documents that were taken. */
  readonly ingest: (request: IngestRequest, signal: AbortSignal) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** How a backend is reached through a client library or in this process. */
export interface Driver {
  /** As in `Backend`: never with a secret in it. */
  readonly label: string;
  readonly fingerprint: string;
  /** Passwords that a server could repeat in an error; absent where there are none. */
  readonly secrets?: readonly (string | undefined)[];
  /** What tables call each operation. */
  readonly operations: Readonly<
    Record<Extract<OperationName, 'health' | 'describe' | 'search' | 'list' | 'ingest'>, string>
  >;
  readonly exact: Capabilities['exact'];
  readonly effort: string | null;
  /** Called at the first operation, and again by the next one where it failed. */
  readonly open: () => Promise<DriverSession>;
  /** What an error of the library means, where its code does not already say it; null where it says nothing. */
  readonly failureOf?: (error: unknown) => DriverFailure | null;
}

/** How an operation of a driver failed, before its detail is cut to one line. */
export interface DriverFailure {
  readonly kind: 'timeout' | 'refused' | 'reset' | 'rejected' | 'malformed' | 'unsupported';
  readonly detail: string;
  readonly code?: string;
}
