import type { Metadata, MetadataValue } from '../../corpus/types.ts';
import type { Hit } from '../operations.ts';

/**
 * Metadata as it came: scalars, nulls and lists of strings; nested objects and other lists are left
 * out, since nothing filters on them or shows them. Undefined where it is no object.
 */
export function toMetadata(value: unknown): Metadata | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      // The corpus has the nearest number too.
      .map(([name, each]): [string, unknown] => [
        name,
        typeof each === 'bigint' ? Number(each) : each,
      ])
      .filter((entry): entry is [string, MetadataValue] => isMetadataValue(entry[1])),
  );
}

function isMetadataValue(value: unknown): value is MetadataValue {
  if (value === null) return true;
  if (Array.isArray(value)) return value.every((entry) => typeof entry === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/**
 * Merges lists by similarity, highest first, and cuts to k. Only heads are compared, so each list keeps
 * its own order even where its scores do not fall; on a tie the earlier list goes first. A hit without a score is
 * farther than any with one.
 */
export function mergeHits(lists: readonly (readonly Hit[])[], k: number): Hit[] {
  const heads = lists.map(() => 0);
  const merged: Hit[] = [];
  while (merged.length < k) {
    let best = -1;
    let bestHit: Hit | undefined;
    for (const [index, list] of lists.entries()) {
      const hit = list[heads[index] ?? 0];
      if (hit === undefined) continue;
      if (bestHit === undefined || isNearer(hit, bestHit)) {
        best = index;
        bestHit = hit;
      }
    }
    if (bestHit === undefined) break;
    heads[best] = (heads[best] ?? 0) + 1;
    merged.push(bestHit);
  }
  return merged;
}

function isNearer({ similarity }: Hit, than: Hit): boolean {
  return (
    similarity > than.similarity || (Number.isNaN(than.similarity) && !Number.isNaN(similarity))
  );
}
