import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  f32x4ConvertI32x4,
  f32x4GreaterOf,
  f32x4Mul,
  f32x4Sub,
  get,
  i32Add,
  i32Equal,
  i32LessThan,
  i32x4Sub,
  repeatWhile,
  set,
  v128Load,
  v128LoadSplat32,
  v128Store,
  when,
} from './instructions.ts';

// Parameters, then locals.
const [PRODUCTS, PRODUCTS_END, ROW_BYTES, SCALES, RESIDUALS, SLOPES, CENTRES, PEAKS, PEAKS_END] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
];
const [INTO, AT] = [9, 10];
const [SCALE, RESIDUAL] = [11, 12];

/**
 * `peaks(products, productsEnd, rowBytes, scales, residuals, slopes, centres, peaks, peaksEnd)`: rows take
 * turns in going to one of the rows of `peaks`, and for each query the largest of
 *
 *   float32(product − centre_q) · scale_r − slope_q · residual_r
 *
 * of the rows that went there, or what stood there before, is left at its place. At least one row;
 * `rowBytes` is 4 × the number of queries, a multiple of 16, for `products` and for `peaks`.
 */
export function peaksKernel(): WasmFunction {
  const at = (base: number) => v128Load(i32Add(get(base), get(AT)));
  const estimate = f32x4Mul(f32x4ConvertI32x4(i32x4Sub(at(PRODUCTS), at(CENTRES))), get(SCALE));
  const four: Code[] = [
    v128Store(
      i32Add(get(INTO), get(AT)),
      f32x4GreaterOf(at(INTO), f32x4Sub(estimate, f32x4Mul(at(SLOPES), get(RESIDUAL)))),
    ),
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
    advance(INTO, get(ROW_BYTES)),
    when(i32Equal(get(INTO), get(PEAKS_END)), [set(INTO, get(PEAKS))]),
  ];
  return {
    name: 'peaks',
    parameters: 9,
    i32Locals: 2,
    v128Locals: 2,
    returns: false,
    body: [
      set(INTO, get(PEAKS)),
      repeatWhile(row, i32LessThan(get(PRODUCTS), get(PRODUCTS_END))),
    ].flat(),
  };
}
