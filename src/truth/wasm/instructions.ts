import { type Code, signed, unsigned } from './encode-module.ts';

/** Reads a local; `set` writes one; `constant` is an i32. */
export function get(local: number): Code {
  return [0x20, ...unsigned(local)];
}

export function set(local: number, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)];
}

export function constant(value: number): Code {
  return [0x41, ...signed(value)];
}

/** Adds to an i32 local. */
export function advance(local: number, by: Code): Code {
  return set(local, i32Add(get(local), by));
}

/** Runs a body once, and again as long as the condition is not 0. */
export function repeatWhile(body: readonly Code[], condition: Code): Code {
  return [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0x00, 0x0b];
}

/** Runs a body where the condition is not 0. */
export function when(condition: Code, body: readonly Code[]): Code {
  return [...condition, 0x04, 0x40, ...body.flat(), 0x0b];
}

const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];

const unary =
  (...opcode: number[]) =>
  (a: Code): Code => [...a, ...opcode];

/** Opcodes beyond 127 of the vector instructions take two bytes. */
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];

export const i32Add = binary(0x6a);
export const i32Sub = binary(0x6b);
export const i32Mul = binary(0x6c);
export const i32And = binary(0x71);
export const i32ShiftLeft = binary(0x74);
export const i32ShiftRight = binary(0x76);
export const i32Equal = binary(0x46);
export const i32LessThan = binary(0x49);
export const f32LessThan = binary(0x5d);
export const f32Mul = binary(0x94);

/** Loads and stores of an i32, 4 bytes aligned; offsets are in bytes. */
export function i32Load(address: Code, offset = 0): Code {
  return [...address, 0x28, 0x02, ...unsigned(offset)];
}

export function i32Store(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, 0x36, 0x02, ...unsigned(offset)];
}

/** Loads and stores of 16 bytes that need not be aligned. */
export function v128Load(address: Code, offset = 0): Code {
  return [...address, ...simd(0x00), 0x00, ...unsigned(offset)];
}

export function v128Store(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, ...simd(0x0b), 0x00, ...unsigned(offset)];
}

/** Four copies of the 32 bits at an address. */
export function v128LoadSplat32(address: Code, offset = 0): Code {
  return [...address, ...simd(0x09), 0x02, ...unsigned(offset)];
}

/** Loads an f32, 4 bytes aligned. */
export function f32Load(address: Code, offset = 0): Code {
  return [...address, 0x2a, 0x02, ...unsigned(offset)];
}

export function f32ExtractLane(value: Code, lane: number): Code {
  return [...value, ...simd(0x1f), lane];
}

/** Stores the lower 8 bytes of a vector. */
export function v128StoreLow64(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, ...simd(0x5b), 0x03, ...unsigned(offset), 0x00];
}

export const v128Zero: Code = [...simd(0x0c), ...Array.from({ length: 16 }, () => 0)];

/** Four 32-bit lanes out of the eight of two vectors. */
export function shuffle32(
  a: Code,
  b: Code,
  lanes: readonly [number, number, number, number],
): Code {
  const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
  return [...a, ...b, ...simd(0x0d), ...bytes];
}

export const v128AnyTrue = unary(...simd(0x53));
export const i32x4Bitmask = unary(...simd(0xa4));
export const i32x4Add = binary(...simd(0xae));
export const i32x4Sub = binary(...simd(0xb1));
/** Products of eight 16-bit pairs, added two by two into four 32-bit lanes. */
export const i32x4DotI16x8 = binary(...simd(0xba));
export const f32x4ConvertI32x4 = unary(...simd(0xfa));
export const f32x4Add = binary(...simd(0xe4));
export const f32x4Sub = binary(...simd(0xe5));
export const f32x4Mul = binary(...simd(0xe6));
/** The second where the first is less, lane by lane. */
export const f32x4GreaterOf = binary(...simd(0xeb));
export const f32x4AtLeast = binary(...simd(0x46));
export const f64x2Add = binary(...simd(0xf0));
export const f64x2Mul = binary(...simd(0xf2));
/** The two lower 32-bit floats as 64-bit floats. */
export const f64x2PromoteLowF32x4 = unary(...simd(0x5f));
