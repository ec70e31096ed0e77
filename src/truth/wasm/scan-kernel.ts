import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  f32x4Add,
  f32x4AtLeast,
  get,
  i32Add,
  i32And,
  i32ShiftLeft,
  i32ShiftRight,
  i32Store,
  i32x4Bitmask,
  set,
  v128AnyTrue,
  when,
} from './instructions.ts';
import { estimates, FIRST_OWN_PARAMETER, fourAt, margins, walkRows } from './product-rows.ts';

// Own parameters, then locals.
const [FLOORS, HITS] = [FIRST_OWN_PARAMETER, FIRST_OWN_PARAMETER + 1];
const [ROW, AT, BITS, CODE] = [9, 10, 11, 12];
const LOCALS = { at: AT, scale: 13, residual: 14 };
const KEEP = 15;

/**
 * `scan(products, productsEnd, rowBytes, scales, residuals, slopes, centres, floors, hits)` → end of the
 * hits: for row r and query q, where
 *
 *   float32(product − centre_q) · scale_r + slope_q · residual_r ≥ floor_q,
 *
 * writes the 32-bit word `r · 65536 + q` at `hits`. At least one row; `rowBytes` is 4 × the number of
 * queries, a multiple of 16. A place beyond the last hit may be written, one word a row and query in all.
 */
export function scanKernel(): WasmFunction {
  // A hit is stored always and kept by moving on: cheaper than four branches.
  const keepLane = (lane: number): Code[] => [
    i32Store(get(HITS), i32Add(get(CODE), constant(lane))),
    advance(
      HITS,
      i32ShiftLeft(i32And(i32ShiftRight(get(BITS), constant(lane)), constant(1)), constant(2)),
    ),
  ];
  const reach = f32x4Add(estimates(LOCALS), margins(LOCALS));
  const four: Code[] = [
    set(KEEP, f32x4AtLeast(reach, fourAt(FLOORS, LOCALS))),
    when(v128AnyTrue(get(KEEP)), [
      set(BITS, i32x4Bitmask(get(KEEP))),
      set(CODE, i32Add(i32ShiftLeft(get(ROW), constant(16)), i32ShiftRight(get(AT), constant(2)))),
      ...[0, 1, 2, 3].flatMap(keepLane),
    ]),
  ];
  return {
    name: 'scan',
    parameters: 9,
    i32Locals: 4,
    v128Locals: 3,
    returns: true,
    body: [walkRows(LOCALS, four, [advance(ROW, constant(1))]), get(HITS)].flat(),
  };
}
