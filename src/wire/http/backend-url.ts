import { UsageError } from '../../errors.ts';
import { shownUrl } from '../../secrets/urls.ts';
import { oneLine } from './detail.ts';

/** A backend's URL in its parts. */
export interface BackendUrl {
  readonly origin: string;
  /** `name:port`, port always given. */
  readonly host: string;
  /** Path before every request's own path; empty or `/…` without a trailing slash. */
  readonly prefix: string;
  /** Origin and prefix. */
  readonly url: string;
}

/**
 * Reads a backend's base URL.
 * @throws UsageError unless it is http: or https: with neither user, query nor fragment; the message shows no password.
 */
export function parseBackendUrl(text: string): BackendUrl {
  const url = URL.parse(text);
  if (url === null) throw refused(`not a URL: ${shown(text)}`, 'write e.g. http://127.0.0.1:3100');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refused(
      `backend URL with ${oneLine(url.protocol, 20)}: ${shown(text)}`,
      'use http: or https:',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      `backend URL with a user or password in it, at ${url.host}`,
      'put credentials into headers, e.g. an authorization header',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw refused(
      `backend URL with a query or fragment, at ${url.host}`,
      'give scheme, host, port and at most a path prefix',
    );
  }
  const prefix = url.pathname.replace(/\/+$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return {
    origin: url.origin,
    host: `${url.hostname}:${port}`,
    prefix,
    url: `${url.origin}${prefix}`,
  };
}

function shown(text: string): string {
  return oneLine(shownUrl(text).replace(/[?#].*$/s, ''), 80);
}

function refused(message: string, hint: string): UsageError {
  return new UsageError('backend-url', message, { hint });
}
