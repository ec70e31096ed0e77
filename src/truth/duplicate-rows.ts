import type { VectorTable } from '../record/types.ts';

interface Row {
  readonly id: string;
  readonly table: VectorTable;
  readonly row: number;
}

/**
 * Groups of two or more ids whose vectors are equal byte for byte, over all tables, in the order of
 * their first members. Zero vectors are left out: they are a finding of their own.
 *
 * @param tables whole tables, `ids.length × dimension` values each
 */
export function duplicateRows(tables: readonly VectorTable[]): string[][] {
  const buckets = new Map<number, Row[][]>();
  const groups: Row[][] = [];
  for (const table of tables) {
    const words = wordsOf(table);
    table.ids.forEach((id, row) => {
      const hash = hashRow(words, row * table.dimension, table.dimension);
      if (hash === null) return;
      const member = { id, table, row };
      const bucket = buckets.get(hash) ?? [];
      buckets.set(hash, bucket);
      const group = bucket.find(([first]) => first !== undefined && equalRows(first, member));
      if (group !== undefined) {
        group.push(member);
        return;
      }
      const fresh = [member];
      bucket.push(fresh);
      groups.push(fresh);
    });
  }
  return groups.filter((group) => group.length > 1).map((group) => group.map(({ id }) => id));
}

function wordsOf({ values }: VectorTable): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function equalRows(a: Row, b: Row): boolean {
  const { dimension } = a.table;
  if (dimension !== b.table.dimension) return false;
  const x = wordsOf(a.table).subarray(a.row * dimension, (a.row + 1) * dimension);
  const y = wordsOf(b.table).subarray(b.row * dimension, (b.row + 1) * dimension);
  return x.every((word, i) => word === y[i]);
}

/** FNV-1a over 32-bit words with a shift that brings exponents down; null for a row of ±0. */
function hashRow(words: Uint32Array, offset: number, dimension: number): number | null {
  let hash = 0x811c9dc5;
  let magnitude = 0;
  for (let i = offset; i < offset + dimension; i++) {
    const word = words[i] as number;
    magnitude |= word & 0x7fff_ffff;
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return magnitude === 0 ? null : hash;
}
