import { UsageError } from '../errors.ts';
import type { Backend } from '../wire/backend.ts';
import { absoluteUrl, backendOfUrl, isDriverUrl } from '../wire/backends.ts';
import type { Dialect } from '../wire/dialect.ts';
import { http } from '../wire/http/http-backend.ts';
import { paced } from '../wire/pace/paced.ts';
import { dialectNamed } from '../wire/registry.ts';
import { isBackend, type UserSide } from './schema.ts';

/** One side, ready to be connected to. */
export interface ResolvedBackend {
  /** Null where the side is a backend of its own, and where the embedded pair is to be started. */
  readonly url: string | null;
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string>>;
  /** A backend that the configuration made: URL, dialect and headers then mean nothing. */
  readonly backend: Backend | null;
  /** Most requests a second outside `bench load`; null without a limit. */
  readonly pace: number | null;
}

/** A side as it is given, with the dialect that it has by default. */
export function resolveSide(
  value: UserSide | undefined,
  defaultDialect: string,
  cwd: string,
): ResolvedBackend {
  if (isBackend(value)) {
    return { ...resolveSide(undefined, defaultDialect, cwd), backend: value };
  }
  const { url, dialect = defaultDialect, headers = {}, pace = null } = value ?? {};
  return {
    url: url === undefined || url === '' ? null : absoluteUrl(url, cwd),
    dialect: typeof dialect === 'string' ? dialectNamed(dialect) : dialect,
    headers,
    backend: null,
    pace,
  };
}

/** Whether a side says where its backend is; where neither does, the embedded pair is started. */
export function isNamed({ url, backend }: ResolvedBackend): boolean {
  return url !== null || backend !== null;
}

/** Whether a side is asked no faster than a pace that was set. */
export function isPaced(config: {
  readonly incumbent: ResolvedBackend;
  readonly candidate: ResolvedBackend;
}): boolean {
  return config.incumbent.pace !== null || config.candidate.pace !== null;
}

/** What the mapping of a side is known by, as in `Backend.fingerprint`. */
export function sideFingerprint({ backend, dialect, url }: ResolvedBackend): string {
  if (backend !== null) return backend.fingerprint;
  return url !== null && isDriverUrl(url) ? ofDriver(url).fingerprint : dialect.fingerprint;
}

/** A side as it is shown and recorded; headers are still secret. */
export function describedSide(side: ResolvedBackend, dialect: 'name' | 'fingerprint') {
  if (side.backend !== null) {
    return { backend: side.backend.label, dialect: side.backend.fingerprint };
  }
  const { url, headers, pace } = side;
  const paceOf = pace === null ? {} : { pace };
  if (url !== null && isDriverUrl(url)) return { url, ...paceOf };
  // A side without a pace is recorded as before there was one: its verdicts still hold.
  return { url, dialect: side.dialect[dialect], headers, ...paceOf };
}

/**
 * The backend of a side; nothing is sent.
 * @throws UsageError where the side does not say where it is.
 */
export function connectSide(
  side: ResolvedBackend,
  name: string,
  timeouts: { readonly connectMs: number; readonly requestMs: number },
): Backend {
  if (side.backend !== null) return side.backend;
  const { url, dialect, headers, pace } = side;
  if (url !== null) {
    const backend = isDriverUrl(url)
      ? ofDriver(url, timeouts)
      : http({ url, dialect, headers, timeouts });
    return pace === null ? backend : paced(backend, pace);
  }
  throw new UsageError('no-url', `the ${name} has no URL`, {
    hint: `set ${name}.url in the configuration`,
    context: { side: name },
  });
}

function ofDriver(url: string, timeouts = { connectMs: 1, requestMs: 1 }): Backend {
  return backendOfUrl(url, { timeouts, env: process.env });
}
