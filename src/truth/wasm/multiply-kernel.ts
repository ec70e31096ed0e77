import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  get,
  i32Add,
  i32LessThan,
  i32Mul,
  i32x4Add,
  i32x4DotI16x8,
  repeatWhile,
  set,
  shuffle32,
  v128Load,
  v128Store,
  v128Zero,
} from './instructions.ts';

// Parameters, then locals.
const [ROWS, ROWS_END, QUERIES, QUERIES_END, STRIDE, OUT, OUT_STRIDE] = [0, 1, 2, 3, 4, 5, 6];
const [ROW, OUT_AT, OUT_COLUMN, SECOND, QUERY] = [7, 8, 9, 10, 11];
const TEMPORARY = [12, 13, 14, 15, 16, 17] as const;
/** Eight sums: two rows by four queries. More would spill registers. */
const SUM = 18;
const [X0, X1, Y] = [26, 27, 28];

/** Rows and queries are this many bytes long, or a multiple: the loop is unrolled so far. */
export const STEP_BYTES = 64;

/**
 * `multiply(rows, rowsEnd, queries, queriesEnd, stride, out, outStride)`: inner products of 16-bit
 * rows and queries, both `stride` bytes long (a multiple of `STEP_BYTES`), as 32-bit integers: row r and query q
 * at `out + r · outStride + 4q`. An even number of rows, a multiple of four queries, at least one tile.
 *
 * Four queries stay in the first-level cache while the rows pass from the second.
 */
export function multiplyKernel(): WasmFunction {
  const queryAt = TEMPORARY.slice(0, 4);
  const products = (offset: number): Code[] => [
    set(X0, v128Load(get(TEMPORARY[4]), offset)),
    set(X1, v128Load(get(TEMPORARY[5]), offset)),
    ...queryAt.flatMap((address, q) => [
      set(Y, v128Load(get(address), offset)),
      set(SUM + q, i32x4Add(get(SUM + q), i32x4DotI16x8(get(X0), get(Y)))),
      set(SUM + 4 + q, i32x4Add(get(SUM + 4 + q), i32x4DotI16x8(get(X1), get(Y)))),
    ]),
  ];
  const step: Code[] = [
    ...Array.from({ length: STEP_BYTES / 16 }, (_, i) => products(16 * i)).flat(),
    ...[...queryAt, TEMPORARY[4], TEMPORARY[5]].map((address) =>
      advance(address, constant(STEP_BYTES)),
    ),
  ];
  const tile: Code[] = [
    set(SECOND, i32Add(get(ROW), get(STRIDE))),
    set(TEMPORARY[4], get(ROW)),
    set(TEMPORARY[5], get(SECOND)),
    set(queryAt[0] as number, get(QUERY)),
    ...[1, 2, 3].map((q) =>
      set(queryAt[q] as number, i32Add(get(queryAt[q - 1] as number), get(STRIDE))),
    ),
    ...Array.from({ length: 8 }, (_, i) => set(SUM + i, v128Zero)),
    repeatWhile(step, i32LessThan(get(TEMPORARY[4]), get(SECOND))),
    v128Store(get(OUT_AT), sums(SUM)),
    v128Store(i32Add(get(OUT_AT), get(OUT_STRIDE)), sums(SUM + 4)),
    advance(OUT_AT, i32Mul(get(OUT_STRIDE), constant(2))),
    set(ROW, i32Add(get(SECOND), get(STRIDE))),
  ];
  const column: Code[] = [
    set(ROW, get(ROWS)),
    set(OUT_AT, get(OUT_COLUMN)),
    repeatWhile(tile, i32LessThan(get(ROW), get(ROWS_END))),
    advance(OUT_COLUMN, constant(16)),
    advance(QUERY, i32Mul(get(STRIDE), constant(4))),
  ];
  return {
    name: 'multiply',
    parameters: 7,
    i32Locals: 11,
    v128Locals: 11,
    returns: false,
    body: [
      set(QUERY, get(QUERIES)),
      set(OUT_COLUMN, get(OUT)),
      repeatWhile(column, i32LessThan(get(QUERY), get(QUERIES_END))),
    ].flat(),
  };
}

/** Sums of the lanes of four vectors, as the lanes of one. */
function sums(first: number): Code {
  const halves = (a: number, b: number) =>
    i32x4Add(shuffle32(get(a), get(b), [0, 4, 1, 5]), shuffle32(get(a), get(b), [2, 6, 3, 7]));
  const low = halves(first, first + 1);
  const high = halves(first + 2, first + 3);
  return i32x4Add(shuffle32(low, high, [0, 1, 4, 5]), shuffle32(low, high, [2, 3, 6, 7]));
}
