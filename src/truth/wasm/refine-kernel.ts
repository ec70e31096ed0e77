import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  f32ExtractLane,
  f32LessThan,
  f32Load,
  f32Mul,
  f32x4Add,
  f32x4Mul,
  get,
  i32Add,
  i32And,
  i32LessThan,
  i32Load,
  i32Mul,
  i32ShiftLeft,
  i32ShiftRight,
  i32Store,
  i32Sub,
  repeatWhile,
  set,
  shuffle32,
  v128Load,
  v128Zero,
} from './instructions.ts';

// Parameters, then locals.
const [ROWS, QUERIES, STRIDE, NORMS, FLOORS, PAIRS, PAIRS_END] = [0, 1, 2, 3, 4, 5, 6];
const [CODE, ROW, COLUMN, X, X_END, Y, KEPT] = [7, 8, 9, 10, 11, 12, 13];
/** Four sums, so that one addition need not wait for another. */
const SUM = 14;

/** Rows and queries are this many bytes long, or a multiple: the loop is unrolled so far. */
export const VALUE_STEP_BYTES = 64;

/**
 * `refine(rows, queries, stride, norms, floors, pairs, pairsEnd)` → end of the pairs kept: drops, in
 * place, each word `row · 65536 + query` whose float32 inner product is below `norm_row · floor_query`.
 * Where the norm or the floor is NaN the pair is kept. At least one pair; `stride` is a multiple of
 * `VALUE_STEP_BYTES`.
 */
export function refineKernel(): WasmFunction {
  const step: Code[] = [
    ...[0, 1, 2, 3].map((i) =>
      set(
        SUM + i,
        f32x4Add(get(SUM + i), f32x4Mul(v128Load(get(X), 16 * i), v128Load(get(Y), 16 * i))),
      ),
    ),
    advance(X, constant(VALUE_STEP_BYTES)),
    advance(Y, constant(VALUE_STEP_BYTES)),
  ];
  const total = f32x4Add(f32x4Add(get(SUM), get(SUM + 1)), f32x4Add(get(SUM + 2), get(SUM + 3)));
  const fold = (lanes: [number, number, number, number]) =>
    set(SUM, f32x4Add(get(SUM), shuffle32(get(SUM), get(SUM), lanes)));
  const entry = (table: number, index: number) =>
    f32Load(i32Add(get(table), i32ShiftLeft(get(index), constant(2))));
  const pair: Code[] = [
    set(CODE, i32Load(get(PAIRS))),
    set(ROW, i32ShiftRight(get(CODE), constant(16))),
    set(COLUMN, i32And(get(CODE), constant(0xffff))),
    set(X, i32Add(get(ROWS), i32Mul(get(ROW), get(STRIDE)))),
    set(X_END, i32Add(get(X), get(STRIDE))),
    set(Y, i32Add(get(QUERIES), i32Mul(get(COLUMN), get(STRIDE)))),
    ...[0, 1, 2, 3].map((i) => set(SUM + i, v128Zero)),
    repeatWhile(step, i32LessThan(get(X), get(X_END))),
    set(SUM, total),
    fold([2, 3, 0, 1]),
    fold([1, 0, 3, 2]),
    i32Store(get(KEPT), get(CODE)),
    // 4 bytes on, unless the product is below; a comparison with NaN is 0.
    advance(
      KEPT,
      i32ShiftLeft(
        i32Sub(
          constant(1),
          f32LessThan(
            f32ExtractLane(get(SUM), 0),
            f32Mul(entry(NORMS, ROW), entry(FLOORS, COLUMN)),
          ),
        ),
        constant(2),
      ),
    ),
    advance(PAIRS, constant(4)),
  ];
  return {
    name: 'refine',
    parameters: 7,
    i32Locals: 7,
    v128Locals: 4,
    returns: true,
    body: [
      set(KEPT, get(PAIRS)),
      repeatWhile(pair, i32LessThan(get(PAIRS), get(PAIRS_END))),
      get(KEPT),
    ].flat(),
  };
}
