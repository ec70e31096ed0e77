import { hash } from 'node:crypto';
import type { VectorTable } from '../../record/types.ts';

/** Bytes kept of a row's sha256: 128 bits, which two different rows of a corpus do not share. */
const DIGEST_BYTES = 16;

/**
 * Finds rows whose vectors are equal byte for byte, table by table, in 24 bytes a row and without
 * holding a vector. Rows are taken for equal where 128 bits of their sha256 are. Zero vectors are left out: they
 * are a finding of their own.
 */
export class DuplicateRows {
  readonly #tables: { readonly ids: readonly string[]; readonly digests: Uint8Array }[] = [];

  /** Takes the rows of one table, `ids.length × dimension` values. */
  add({ ids, dimension, values }: VectorTable): void {
    const digests = new Uint8Array(ids.length * DIGEST_BYTES);
    for (let row = 0; row < ids.length; row++) {
      const vector = values.subarray(row * dimension, (row + 1) * dimension);
      if (isZero(vector)) continue;
      const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
      const digest = hash('sha256', bytes, 'buffer');
      digests.set(digest.subarray(0, DIGEST_BYTES), row * DIGEST_BYTES);
    }
    this.#tables.push({ ids, digests });
  }

  /** Groups of two or more ids whose vectors are equal, in the order of their first members. */
  groups(): string[][] {
    const count = this.#tables.reduce((sum, { ids }) => sum + ids.length, 0);
    // Numbers sort without a call a comparison; only what they leave together is compared whole.
    const prefixes = new Float64Array(count);
    let at = 0;
    for (const { ids, digests } of this.#tables) {
      for (let row = 0; row < ids.length; row++) prefixes[at++] = prefixOf(digests, row);
    }
    prefixes.sort();
    const repeated = new Set<number>();
    for (let i = 1; i < count; i++) {
      const prefix = prefixes[i] as number;
      if (prefix === prefixes[i - 1] && prefix !== 0) repeated.add(prefix);
    }
    const groups = new Map<string, string[]>();
    for (const { ids, digests } of this.#tables) {
      for (let row = 0; row < ids.length; row++) {
        if (!repeated.has(prefixOf(digests, row))) continue;
        const digest = digests.subarray(row * DIGEST_BYTES, (row + 1) * DIGEST_BYTES);
        const name = Buffer.from(digest).toString('hex');
        const group = groups.get(name) ?? [];
        groups.set(name, group);
        group.push(ids[row] ?? '');
      }
    }
    return [...groups.values()].filter((group) => group.length > 1);
  }
}

/** 48 bits of a row's digest as a number; 0 for a zero row. */
function prefixOf(digests: Uint8Array, row: number): number {
  const from = row * DIGEST_BYTES;
  let prefix = 0;
  for (let i = from; i < from + 6; i++) prefix = prefix * 256 + (digests[i] as number);
  return prefix;
}

function isZero(vector: Float32Array): boolean {
  for (let i = 0; i < vector.length; i++) if (vector[i] !== 0) return false;
  return true;
}
