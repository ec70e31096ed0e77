import type { FrontendSide } from './types.ts';

/** Where a request's target leads. */
export type Target =
  | { readonly kind: 'side'; readonly side: FrontendSide; readonly path: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'own'; readonly path: string };

const PREFIXES: readonly { readonly prefix: string; readonly side: FrontendSide }[] = [
  { prefix: '/api', side: 'incumbent' },
  { prefix: '/_go', side: 'candidate' },
];

/**
 * Reads a request target as it came over the wire. The prefix is taken off; path and query behind it
 * stay as they are, to the byte. What servers could read in two ways (absolute form, `//`, backslashes,
 * dot segments, encoded or not) is refused and never repaired.
 */
export function readTarget(raw: string): Target {
  if (!raw.startsWith('/')) return refused('the request target must be a path');
  if (raw.startsWith('//')) return refused('the path must not begin with //');
  if (raw.includes('#')) return refused('a request target has no fragment');
  const query = raw.indexOf('?');
  const path = query === -1 ? raw : raw.slice(0, query);
  if (path.includes('\\')) return refused('the path must not contain a backslash');
  if (hasDotSegment(path)) return refused('the path must not contain . or .. segments');
  for (const { prefix, side } of PREFIXES) {
    if (!path.startsWith(`${prefix}/`)) continue;
    const rest = raw.slice(prefix.length);
    if (rest.startsWith('//')) return refused(`the path must not begin with ${prefix}//`);
    return { kind: 'side', side, path: rest };
  }
  return { kind: 'own', path };
}

function hasDotSegment(path: string): boolean {
  // Most paths have neither.
  if (!path.includes('.') && !path.includes('%')) return false;
  return path
    .replace(/%2e/gi, '.')
    .split(/\/|%2f|%5c/i)
    .some((segment) => segment === '.' || segment === '..');
}

function refused(message: string): Target {
  return { kind: 'refused', message };
}
