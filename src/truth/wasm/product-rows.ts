import type { Code } from './encode-module.ts';
import {
  advance,
  constant,
  f32x4ConvertI32x4,
  f32x4Mul,
  get,
  i32Add,
  i32LessThan,
  i32x4Sub,
  repeatWhile,
  set,
  v128Load,
  v128LoadSplat32,
} from './instructions.ts';

/**
 * The parameters that each kernel begins with which walks over the products of a block: addresses of the
 * products and of their end, bytes of a row of them (4 × the number of queries, a multiple of 16), then
 * addresses of the rows' scales and residuals and of the queries' slopes and centres.
 */
const [PRODUCTS, PRODUCTS_END] = [0, 1];
export const ROW_BYTES = 2;
const [SCALES, RESIDUALS, SLOPES, CENTRES] = [3, 4, 5, 6];
export const FIRST_OWN_PARAMETER = 7;

/** Locals of such a kernel. */
export interface WalkLocals {
  /** Bytes from the start of a row to the four queries at hand. */
  readonly at: number;
  /** Scale and residual of the row in all four lanes. */
  readonly scale: number;
  readonly residual: number;
}

/** The four values at hand of a table with one for each query. */
export function fourAt(table: number, { at }: WalkLocals): Code {
  return v128Load(i32Add(get(table), get(at)));
}

/** float32(product − centre) · scale of the four queries at hand. */
export function estimates(locals: WalkLocals): Code {
  const whole = i32x4Sub(fourAt(PRODUCTS, locals), fourAt(CENTRES, locals));
  return f32x4Mul(f32x4ConvertI32x4(whole), get(locals.scale));
}

/** slope · residual of the four queries at hand. */
export function margins(locals: WalkLocals): Code {
  return f32x4Mul(fourAt(SLOPES, locals), get(locals.residual));
}

/** Runs `four` for each four queries of each row, and `next` after each row. At least one row. */
export function walkRows(locals: WalkLocals, four: readonly Code[], next: readonly Code[]): Code {
  const { at, scale, residual } = locals;
  const row = [
    set(scale, v128LoadSplat32(get(SCALES))),
    set(residual, v128LoadSplat32(get(RESIDUALS))),
    set(at, constant(0)),
    repeatWhile([...four, advance(at, constant(16))], i32LessThan(get(at), get(ROW_BYTES))),
    advance(PRODUCTS, get(ROW_BYTES)),
    advance(SCALES, constant(4)),
    advance(RESIDUALS, constant(4)),
    ...next,
  ];
  return repeatWhile(row, i32LessThan(get(PRODUCTS), get(PRODUCTS_END)));
}
