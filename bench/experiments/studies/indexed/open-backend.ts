import { UsageError } from '../../../../src/errors.ts';
import type { Backend } from '../../../../src/wire/backend.ts';
import { backendOfUrl } from '../../../../src/wire/backends.ts';

/** Long enough for an exact search of a busy machine. */
const TIMEOUTS = { connectMs: 10_000, requestMs: 60_000 };

/** The backend of a URL, which waits long. */
export function openBackend(url: string): Backend {
  return backendOfUrl(url, { timeouts: TIMEOUTS, env: process.env });
}

/** The URL of a server that `npm run servers` started, with the rest of it, such as `/key?m=16`. */
export function serverUrl(variable: string, rest: string): string {
  const url = process.env[variable];
  if (url !== undefined) return `${url}${rest}`;
  throw new UsageError('study-server', `${variable} is not set`, {
    hint: 'start the study with: npm run servers -- --only pgvector,redis -- COMMAND',
  });
}
