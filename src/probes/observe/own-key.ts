import { posix } from 'node:path';

/**
 * Whether deleting a key reaches nothing of others: it begins with the probe's own namespace (which ends
 * with `/`), and lies below it, or is the key `outside`, also where a backend resolves its `.` and `..`
 * segments as those of a path.
 */
export function isOwnKey(key: string, namespace: string, outside: string): boolean {
  const isBelow = (form: string): boolean =>
    form.startsWith(namespace) && form.length > namespace.length;
  const literal = key.replace(/^\/+/, '');
  const resolved = posix.normalize(literal);
  return isBelow(literal) && (isBelow(resolved) || resolved === outside);
}
