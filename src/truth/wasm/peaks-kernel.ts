import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  f32x4GreaterOf,
  f32x4Sub,
  get,
  i32Add,
  i32Equal,
  set,
  v128Store,
  when,
} from './instructions.ts';
import {
  estimates,
  FIRST_OWN_PARAMETER,
  fourAt,
  margins,
  ROW_BYTES,
  walkRows,
} from './product-rows.ts';

// Own parameters, then locals.
const [PEAKS, PEAKS_END] = [FIRST_OWN_PARAMETER, FIRST_OWN_PARAMETER + 1];
const [INTO, AT] = [9, 10];
const LOCALS = { at: AT, scale: 11, residual: 12 };

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
  const lower = f32x4Sub(estimates(LOCALS), margins(LOCALS));
  const four: Code[] = [
    v128Store(i32Add(get(INTO), get(AT)), f32x4GreaterOf(fourAt(INTO, LOCALS), lower)),
  ];
  const next: Code[] = [
    advance(INTO, get(ROW_BYTES)),
    when(i32Equal(get(INTO), get(PEAKS_END)), [set(INTO, get(PEAKS))]),
  ];
  return {
    name: 'peaks',
    parameters: 9,
    i32Locals: 2,
    v128Locals: 2,
    returns: false,
    body: [set(INTO, get(PEAKS)), walkRows(LOCALS, four, next)].flat(),
  };
}
