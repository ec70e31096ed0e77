import type { Code, WasmFunction } from './encode-module.ts';
import {
  advance,
  constant,
  f64x2Add,
  f64x2Mul,
  f64x2PromoteLowF32x4,
  get,
  i32Add,
  i32And,
  i32LessThan,
  i32Load,
  i32Mul,
  i32ShiftRight,
  repeatWhile,
  set,
  shuffle32,
  v128Load,
  v128StoreLow64,
  v128Zero,
} from './instructions.ts';

// Parameters, then locals.
const [ROWS, QUERIES, STRIDE, PAIRS, PAIRS_END, OUT] = [0, 1, 2, 3, 4, 5];
const [X0, Y0, X1, Y1, AT, CODE] = [6, 7, 8, 9, 10, 11];
/** Lanes (0, 1) and (2, 3) of `dot`, of the first pair and of the second. */
const [LOW0, HIGH0, LOW1, HIGH1, A, B] = [12, 13, 14, 15, 16, 17];

/**
 * `dots(rows, queries, stride, pairs, pairsEnd, out)`: the float64 `dot` of float32 rows and queries,
 * to the bit, for each word `row · 65536 + query` of an even number of pairs, as float64 at `out`.
 *
 * Rows are `stride` bytes long, a multiple of 16, filled up with zeros: adding 0 · 0 changes no sum.
 * The same lanes are added in the same order as in `dot`: (0 + 1) + (2 + 3) comes last.
 */
export function dotKernel(): WasmFunction {
  const address = (x: number, y: number, offset: number): Code[] => [
    set(CODE, i32Load(get(PAIRS), offset)),
    set(x, i32Add(get(ROWS), i32Mul(i32ShiftRight(get(CODE), constant(16)), get(STRIDE)))),
    set(y, i32Add(get(QUERIES), i32Mul(i32And(get(CODE), constant(0xffff)), get(STRIDE)))),
  ];
  const accumulate = (x: number, y: number, low: number, high: number): Code[] => [
    set(A, v128Load(i32Add(get(x), get(AT)))),
    set(B, v128Load(i32Add(get(y), get(AT)))),
    set(
      low,
      f64x2Add(get(low), f64x2Mul(f64x2PromoteLowF32x4(get(A)), f64x2PromoteLowF32x4(get(B)))),
    ),
    set(high, f64x2Add(get(high), f64x2Mul(upper(A), upper(B)))),
  ];
  const sum = (low: number, high: number, offset: number): Code[] => [
    // Lane 0 becomes 0 + 1, and in the other vector 2 + 3.
    set(A, f64x2Add(get(low), swap(low))),
    set(B, f64x2Add(get(high), swap(high))),
    v128StoreLow64(get(OUT), f64x2Add(get(A), get(B)), offset),
  ];
  const pair: Code[] = [
    ...address(X0, Y0, 0),
    ...address(X1, Y1, 4),
    ...[LOW0, HIGH0, LOW1, HIGH1].map((local) => set(local, v128Zero)),
    set(AT, constant(0)),
    repeatWhile(
      [
        ...accumulate(X0, Y0, LOW0, HIGH0),
        ...accumulate(X1, Y1, LOW1, HIGH1),
        advance(AT, constant(16)),
      ],
      i32LessThan(get(AT), get(STRIDE)),
    ),
    ...sum(LOW0, HIGH0, 0),
    ...sum(LOW1, HIGH1, 8),
    advance(PAIRS, constant(8)),
    advance(OUT, constant(16)),
  ];
  return {
    name: 'dots',
    parameters: 6,
    i32Locals: 6,
    v128Locals: 6,
    returns: false,
    body: repeatWhile(pair, i32LessThan(get(PAIRS), get(PAIRS_END))),
  };
}

function upper(local: number): Code {
  return f64x2PromoteLowF32x4(shuffle32(get(local), get(local), [2, 3, 2, 3]));
}

function swap(local: number): Code {
  return shuffle32(get(local), get(local), [2, 3, 0, 1]);
}
