/** Bytes of WebAssembly code, or a part of a module. */
export type Code = readonly number[];

/** One exported function. Locals are numbered after the parameters: first the i32 ones, then the v128 ones. */
export interface WasmFunction {
  readonly name: string;
  /** Number of parameters, all of them i32. */
  readonly parameters: number;
  readonly i32Locals: number;
  readonly v128Locals: number;
  /** Whether it returns an i32. */
  readonly returns: boolean;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;

/** An unsigned integer in LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** A signed 32-bit integer in LEB128. */
export function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    // The last byte's bit 6 is the sign of the whole number.
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/**
 * Encodes a module that works on the imported memory `env.memory` and exports functions
 * (WebAssembly Core Specification 2.0, §5.5: type, import, function, export and code sections).
 */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, returns }) => [
    0x60,
    ...vector(Array.from({ length: parameters }, () => [I32])),
    ...vector(returns ? [[I32]] : []),
  ]);
  const memory = [...name('env'), ...name('memory'), 0x02, 0x00, ...unsigned(1)];
  const exported = functions.map((one, index) => [...name(one.name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ i32Locals, v128Locals, body }) =>
    sized([
      ...vector([
        [...unsigned(i32Locals), I32],
        [...unsigned(v128Locals), V128],
      ]),
      ...body,
      0x0b,
    ]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, ...sized(vector(entries))];
}

function vector(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function sized(body: Code): Code {
  return [...unsigned(body.length), ...body];
}

function name(text: string): Code {
  return sized([...new TextEncoder().encode(text)]);
}
