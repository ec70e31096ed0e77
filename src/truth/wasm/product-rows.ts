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

/** Locals of a kernel that walks over the products of a block, row by row. */
export interface ProductLocals {
  /** Addresses of the row's products, its scale and its residual, and of the queries' centres. */
  readonly products: number;
  readonly scales: number;
  readonly residuals: number;
  readonly centres: number;
  /** Bytes of a row of products. */
  readonly rowBytes: number;
  /** Bytes from the start of the row. */
  readonly at: number;
  /** Scale and residual in all four lanes. */
  readonly scale: number;
  readonly residual: number;
}

/** The four values at the current place of a table with one for each query. */
export function fourAt(table: number, { at }: ProductLocals): Code {
  return v128Load(i32Add(get(table), get(at)));
}

/** float32(product − centre) · scale of the four queries at the current place. */
export function estimates(locals: ProductLocals): Code {
  const whole = i32x4Sub(fourAt(locals.products, locals), fourAt(locals.centres, locals));
  return f32x4Mul(f32x4ConvertI32x4(whole), get(locals.scale));
}

/** Runs `four` for each four queries of a row, and moves on to the next row. */
export function walkRow(locals: ProductLocals, four: readonly Code[]): Code[] {
  const { products, scales, residuals, rowBytes, at, scale, residual } = locals;
  return [
    set(scale, v128LoadSplat32(get(scales))),
    set(residual, v128LoadSplat32(get(residuals))),
    set(at, constant(0)),
    repeatWhile([...four, advance(at, constant(16))], i32LessThan(get(at), get(rowBytes))),
    advance(products, get(rowBytes)),
    advance(scales, constant(4)),
    advance(residuals, constant(4)),
  ];
}
