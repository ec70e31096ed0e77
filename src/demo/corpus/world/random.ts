import { type Random, randomOf } from '../../../stats/random.ts';

/**
 * One independent stream of choices for a seed, a purpose and an index, so that any item can be made alone. The
 * shipped corpora are made with this mix of the three: another would change their bytes.
 */
export function randomFor(seed: number, purpose: string, index = 0): Random {
  return randomOf(mixedSeed(seed, purpose, index));
}

/** A 32-bit seed for a seed, a purpose and an index (FNV-1a over the purpose, then murmur3's finalizer). */
function mixedSeed(seed: number, purpose: string, index: number): number {
  let hash = 0x811c9dc5 ^ (seed | 0);
  for (let at = 0; at < purpose.length; at++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
  }
  return finalized(finalized(hash) ^ Math.imul(index + 1, 0x9e3779b1));
}

function finalized(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
