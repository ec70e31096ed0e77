import { decodeTable } from '../../record/tables/arrow-decode.ts';
import {
  encodeTable,
  float64ListColumn,
  int32Column,
  utf8ListColumn,
} from '../../record/tables/arrow-encode.ts';
import type { TruthList } from '../types.ts';

/** Exact lists as an Arrow file with columns `allowed`, `documents` and `cosines`; the same lists give the same bytes. */
export function encodeLists(lists: readonly TruthList[]): Uint8Array {
  return encodeTable(
    [
      int32Column(
        'allowed',
        lists.map(({ allowedCount }) => allowedCount),
      ),
      utf8ListColumn(
        'documents',
        lists.map(({ keys }) => keys),
      ),
      float64ListColumn(
        'cosines',
        lists.map(({ scores }) => [...scores]),
      ),
    ],
    lists.length,
  );
}

/** @throws Error where the bytes are no lists, or not so many. */
export function decodeLists(bytes: Uint8Array, count: number): TruthList[] {
  const table = decodeTable(bytes, count);
  const allowed = table.int32('allowed');
  const cosines = table.float64Lists('cosines');
  return table.utf8Lists('documents').map((keys, row) => ({
    keys,
    scores: Float64Array.from(cosines[row] ?? []),
    allowedCount: allowed[row] ?? 0,
  }));
}
