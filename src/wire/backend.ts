import type { Capabilities } from './capabilities.ts';
import type { HttpAccess } from './http/access.ts';
import type { HealthResponse, OperationTypes, RequestOf, ResponseOf } from './operations.ts';
import type { Outcome } from './outcome.ts';

/** One operation of a backend: a canonical request in, an outcome out. */
export type Operation<Name extends keyof OperationTypes> = (
  request: RequestOf<Name>,
  signal?: AbortSignal,
) => Promise<Outcome<ResponseOf<Name>>>;

/** The object storage of one backend. */
export interface BackendStorage {
  readonly put: Operation<'storage put'>;
  readonly get: Operation<'storage get'>;
  readonly list: Operation<'storage list'>;
  readonly delete: Operation<'storage delete'>;
}

/** Names of the operations that `call` carries out. */
export type CallName = Exclude<keyof OperationTypes, 'health' | `storage ${string}`>;

/**
 * One backend as the suite sees it, whatever it is reached by. Whatever a backend does ends as an outcome: an
 * operation never rejects, except with a UsageError for a mistake in a dialect. No operation is tried twice.
 * Callers go through `call`, which answers `unsupported` for what the capabilities leave out.
 */
export interface Backend extends Readonly<{ [Name in CallName]?: Operation<Name> }> {
  /** One line that tells it from others, e.g. `http://127.0.0.1:3100`; never with a secret in it. */
  readonly label: string;
  readonly capabilities: Capabilities;
  /** Name, version and options of the mapping; hashed into every verdict. */
  readonly fingerprint: string;
  readonly health: (signal?: AbortSignal) => Promise<Outcome<HealthResponse>>;
  readonly storage?: BackendStorage;
  /** Where it answers `search` in several places: one backend each, named as in the ledger. */
  readonly searches?: readonly { readonly endpoint: string; readonly backend: Backend }[];
  /**
   * The vector of a query's text that is known without asking, such as one that was embedded before; null where it is
   * not. Absent for what embeds by itself.
   */
  readonly known?: (text: string, model: string | null) => Float32Array | null;
  /** What only HTTP has; absent for a driver. */
  readonly http?: HttpAccess;
  /** Ends connections; operations under way end as `aborted`. */
  readonly close: () => Promise<void>;
}
