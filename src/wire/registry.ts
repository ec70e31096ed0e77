import { UsageError } from '../errors.ts';
import type { Dialect } from './dialect.ts';
import { goLakehouse } from './lakehouse/go-lakehouse.ts';
import { rustLakehouse } from './lakehouse/rust-lakehouse.ts';

/** A dialect that can be named in a configuration; `call` is how a program makes it. */
interface RegisteredDialect {
  readonly make: () => Dialect;
  readonly call: string;
}

/** Every dialect of the package by the name that it has in configurations: a new one is a line here. */
const DIALECTS: Readonly<Record<string, RegisteredDialect>> = {
  'rust-lakehouse': { make: () => rustLakehouse(), call: 'rustLakehouse()' },
  'go-lakehouse': { make: () => goLakehouse(), call: 'goLakehouse()' },
};

/** Names of the package's dialects. */
export function dialectNames(): readonly string[] {
  return Object.keys(DIALECTS);
}

/**
 * The dialect of a name.
 * @throws UsageError that lists the names, for any other.
 */
export function dialectNamed(name: string): Dialect {
  if (Object.hasOwn(DIALECTS, name)) {
    const found = DIALECTS[name];
    if (found !== undefined) return found.make();
  }
  throw new UsageError('dialect-name', `dialect ${JSON.stringify(name)} is not known`, {
    hint: `use ${dialectNames().join(' or ')}, or a dialect of your own in bench.config.ts`,
  });
}

/** The call that makes one of the package's own dialects, e.g. `rustLakehouse()`; null for any other. */
export function dialectCall(name: string): string | null {
  return Object.hasOwn(DIALECTS, name) ? (DIALECTS[name]?.call ?? null) : null;
}
