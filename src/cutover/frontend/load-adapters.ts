import { pathToFileURL } from 'node:url';
import { UsageError } from '../../errors.ts';
import type { ResponseAdapter } from './types.ts';

/**
 * Loads response adapters: a module that exports `adapters`, an object of functions by candidate path.
 * @throws UsageError where the module cannot be loaded or has no such export.
 */
export async function loadAdapters(path: string): Promise<ReadonlyMap<string, ResponseAdapter>> {
  let loaded: { readonly adapters?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new UsageError('frontend-adapters', `${path}: cannot be loaded: ${why}`, { cause });
  }
  const entries = Object.entries(Object(loaded.adapters ?? {}));
  const isSound = ([at, adapter]: [string, unknown]) =>
    at.startsWith('/') && typeof adapter === 'function';
  if (entries.length > 0 && entries.every(isSound)) {
    return new Map(entries as [string, ResponseAdapter][]);
  }
  throw new UsageError('frontend-adapters', `${path}: exports no adapters`, {
    hint: "export const adapters = { '/v1/embed': (body) => …, … }",
  });
}
