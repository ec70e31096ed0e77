import { createHash } from 'node:crypto';

const RANGE = 2 ** 48;

/**
 * Whether a key belongs to the share of a route: always the same answer for the same key and path, and a key
 * that is in at 5 percent is in at 10.
 */
export function isInShare(path: string, key: string, percent: number): boolean {
  const digest = createHash('sha256').update(`${path}\n${key}`).digest();
  return digest.readUIntBE(0, 6) / RANGE < percent / 100;
}
