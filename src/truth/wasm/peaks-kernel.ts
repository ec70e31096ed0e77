import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  f32x4GreaterOf,
  f32x4Mul,
  f32x4Sub,
  get,
  i32Add,
  i32Equal,
  i32LessThan,
  repeatWhile,
  set,
  v128Store,
  when,
} from './instructions.ts';
import { estimates, fourAt, type ProductLocals, walkRow } from './product-rows.ts';

// Parameters, then locals.
const [PRODUCTS, PRODUCTS_END, ROW_BYTES, SCALES, RESIDUALS, SLOPES, CENTRES, PEAKS, PEAKS_END] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
];
const [INTO, AT] = [9, 10];
const [SCALE, RESIDUAL] = [11, 12];
const LOCALS: ProductLocals = {
  products: PRODUCTS,
  scales: SCALES,
  residuals: RESIDUALS,
  centres: CENTRES,
  rowBytes: ROW_BYTES,
  at: AT,
  scale: SCALE,
  residual: RESIDUAL,
};

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
  const lower = f32x4Sub(estimates(LOCALS), f32x4Mul(fourAt(SLOPES, LOCALS), get(RESIDUAL)));
  const four: Code[] = [
    v128Store(i32Add(get(INTO), get(AT)), f32x4GreaterOf(fourAt(INTO, LOCALS), lower)),
  ];
  const row: Code[] = [
    ...walkRow(LOCALS, four),
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
