import { UsageError } from '../../errors.ts';
import { shownUrl } from '../../secrets/urls.ts';
import { oneLine } from '../http/detail.ts';

/** A URL that names a backend of a driver, in its parts. */
export interface DriverUrl {
  /** Without the colon, e.g. `pgvector`. */
  readonly scheme: string;
  /** Decoded; empty where there is none. */
  readonly user: string;
  readonly host: string;
  readonly port: number | null;
  /** Decoded, without a leading slash. */
  readonly path: string;
  readonly parameters: UrlParameters;
}

/** The parameters after `?`: each is asked for by name, and what nobody asked for is refused. */
export interface UrlParameters {
  readonly text: (name: string) => string | undefined;
  readonly whole: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly oneOf: <Word extends string>(name: string, words: readonly Word[]) => Word | undefined;
  /** @throws UsageError for a parameter that is not known, with those that are. */
  readonly end: () => void;
}

/**
 * Reads a URL such as `pgvector://user@host:5432/db?table=workers`.
 * @throws UsageError for what is no URL, and for one with a password in it; the message shows no password.
 */
export function parseDriverUrl(text: string): DriverUrl {
  const url = URL.parse(text);
  if (url === null) throw refused('not a URL', text, 'write e.g. pgvector://host/db?table=workers');
  if (url.password !== '') {
    throw refused('a URL with a password in it', text, PASSWORD_HINT);
  }
  return {
    scheme: url.protocol.slice(0, -1),
    user: decoded(url.username, text),
    host: decoded(url.hostname, text),
    port: url.port === '' ? null : Number(url.port),
    path: decoded(url.pathname.replace(/^\//, ''), text),
    parameters: parametersOf(url.searchParams, text),
  };
}

const PASSWORD_HINT =
  'put it into the environment: PGPASSWORD, REDIS_PASSWORD, MARIADB_PASSWORD, or the variable that the page of the backend names';

/**
 * The path of a URL that names a file or a folder: `SCHEME://relative/path`, `SCHEME:///absolute/path`.
 * @throws UsageError where there is none.
 */
export function filePathOf(text: string): string {
  const path = /^[^:]+:(?:\/\/)?([^?#]*)/.exec(text)?.[1] ?? '';
  if (path === '') throw refused('no path', text, 'name a file or a folder after ://');
  return decoded(path, text);
}

function parametersOf(given: URLSearchParams, url: string): UrlParameters {
  const known = new Set<string>();
  const text = (name: string): string | undefined => {
    known.add(name);
    const values = given.getAll(name);
    if (values.length < 2) return values[0];
    throw refused(`${name} is given twice`, url, 'give it once');
  };
  return {
    text,
    whole: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^\d{1,9}$/.test(value)) return Number(value);
      throw refused(`${name} is no whole number`, url, `for example ${name}=40`);
    },
    flag: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (value === 'true' || value === 'on' || value === '') return true;
      if (value === 'false' || value === 'off') return false;
      throw refused(
        `${name} is neither true nor false`,
        url,
        `write ${name}=true or ${name}=false`,
      );
    },
    oneOf: (name, words) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const word = words.find((each) => each === value);
      if (word !== undefined) return word;
      throw refused(`${name} cannot be ${oneLine(value, 40)}`, url, `use ${words.join(', ')}`);
    },
    end: () => {
      const unknown = [...given.keys()].find((name) => !known.has(name));
      if (unknown === undefined) return;
      throw refused(
        `unknown parameter ${oneLine(unknown, 40)}`,
        url,
        `known here: ${[...known].toSorted().join(', ')}`,
      );
    },
  };
}

function decoded(text: string, url: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused('a percent sign that encodes nothing', url, 'write %25 for a percent sign');
  }
}

function refused(what: string, url: string, hint: string): UsageError {
  return new UsageError('backend-url', `${oneLine(shownUrl(url), 120)}: ${what}`, { hint });
}
