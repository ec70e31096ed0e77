import { UsageError } from '../errors.ts';
import { compareUtf8 } from '../metrics/utf8-order.ts';

/**
 * Place of every key in the order of UTF-8 bytes, so that ties are broken by comparing integers.
 *
 * @returns one rank a key, 0 for the first
 * @throws UsageError `truth.duplicate-key` when a key occurs twice
 */
export function rankKeys(keys: readonly string[]): Uint32Array {
  const order = Uint32Array.from(keys, (_, row) => row);
  order.sort((a, b) => compareUtf8(keys[a] ?? '', keys[b] ?? ''));
  const ranks = new Uint32Array(keys.length);
  for (let rank = 0; rank < order.length; rank++) {
    const row = order[rank] ?? 0;
    ranks[row] = rank;
    if (rank > 0 && keys[row] === keys[order[rank - 1] ?? 0]) throw duplicateKey(keys[row] ?? '');
  }
  return ranks;
}

/**
 * Checks that no key occurs twice.
 *
 * @throws UsageError `truth.duplicate-key`
 */
export function checkUnique(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw duplicateKey(key);
    seen.add(key);
  }
}

function duplicateKey(id: string): UsageError {
  return new UsageError('truth.duplicate-key', `document key ${JSON.stringify(id)} occurs twice`, {
    hint: 'ids must be unique within their collection',
    context: { id },
  });
}
