import { UsageError } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';

/**
 * A dialect as one may be given in a configuration.
 * @throws UsageError for a function in its place (a factory that was not called), or an object that lacks what
 * every dialect has.
 */
export function requireDialect(value: unknown): Dialect {
  if (typeof value === 'function') {
    const name = value.name === '' ? 'the function' : value.name;
    throw notADialect(`a function was given in place of a dialect: ${name}`, `call it: ${name}()`);
  }
  if (typeof value !== 'object' || value === null) {
    throw notADialect(`no dialect: ${value === null ? 'null' : typeof value}`, SHAPE);
  }
  const { name, fingerprint, health } = value as Partial<Dialect>;
  if (typeof name !== 'string' || typeof fingerprint !== 'string') {
    throw notADialect('a dialect without a name or a fingerprint', SHAPE);
  }
  if (typeof health?.encode !== 'function' || typeof health.decode !== 'function') {
    throw notADialect(`dialect ${name}: no health with encode and decode`, SHAPE);
  }
  return value as Dialect;
}

const SHAPE =
  'a dialect is an object { name, fingerprint, health: { path, encode, decode }, search?, … }';

function notADialect(message: string, hint: string): UsageError {
  return new UsageError('dialect', message, { hint });
}
