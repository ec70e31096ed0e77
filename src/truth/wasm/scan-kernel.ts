import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  f32x4Add,
  f32x4AtLeast,
  f32x4ConvertI32x4,
  f32x4Mul,
  get,
  i32Add,
  i32And,
  i32LessThan,
  i32ShiftLeft,
  i32ShiftRight,
  i32Store,
  i32x4Bitmask,
  i32x4Sub,
  repeatWhile,
  set,
  v128AnyTrue,
  v128Load,
  v128LoadSplat32,
  when,
} from './instructions.ts';

// Parameters, then locals.
const [PRODUCTS, ROW_COUNT, ROW_BYTES, SCALES, RESIDUALS, FLOORS, SLOPES, CENTRES, HITS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
];
const [ROW, AT, BITS, CODE] = [9, 10, 11, 12];
const [SCALE, RESIDUAL, KEEP] = [13, 14, 15];

/**
 * `scan(products, rowCount, rowBytes, scales, residuals, floors, slopes, centres, hits)` → end of the
 * hits: for row r and query q, where
 *
 *   float32(product − centre_q) · scale_r + slope_q · residual_r ≥ floor_q,
 *
 * writes the 32-bit word `r · 65536 + q` at `hits`. At least one row; `rowBytes` is 4 × the number of
 * queries, a multiple of 16. A place beyond the last hit may be written, one word a row and query in all.
 */
export function scanKernel(): WasmFunction {
  const at = (base: number) => v128Load(i32Add(get(base), get(AT)));
  const estimate = f32x4Mul(f32x4ConvertI32x4(i32x4Sub(at(PRODUCTS), at(CENTRES))), get(SCALE));
  // A hit is stored always and kept by moving on: cheaper than four branches.
  const keepLane = (lane: number): Code[] => [
    i32Store(get(HITS), i32Add(get(CODE), constant(lane))),
    advance(
      HITS,
      i32ShiftLeft(i32And(i32ShiftRight(get(BITS), constant(lane)), constant(1)), constant(2)),
    ),
  ];
  const four: Code[] = [
    set(KEEP, f32x4AtLeast(f32x4Add(estimate, f32x4Mul(at(SLOPES), get(RESIDUAL))), at(FLOORS))),
    when(v128AnyTrue(get(KEEP)), [
      set(BITS, i32x4Bitmask(get(KEEP))),
      set(CODE, i32Add(i32ShiftLeft(get(ROW), constant(16)), i32ShiftRight(get(AT), constant(2)))),
      ...[0, 1, 2, 3].flatMap(keepLane),
    ]),
    advance(AT, constant(16)),
  ];
  const row: Code[] = [
    set(SCALE, v128LoadSplat32(get(SCALES))),
    set(RESIDUAL, v128LoadSplat32(get(RESIDUALS))),
    set(AT, constant(0)),
    repeatWhile(four, i32LessThan(get(AT), get(ROW_BYTES))),
    advance(PRODUCTS, get(ROW_BYTES)),
    advance(SCALES, constant(4)),
    advance(RESIDUALS, constant(4)),
    advance(ROW, constant(1)),
  ];
  return {
    name: 'scan',
    parameters: 9,
    i32Locals: 4,
    v128Locals: 3,
    returns: true,
    body: [repeatWhile(row, i32LessThan(get(ROW), get(ROW_COUNT))), get(HITS)].flat(),
  };
}
