/** A protobuf message under construction: fields are appended in the order of the calls. */
export interface Message {
  /** Appends an integer field (wire type 0). */
  readonly integer: (field: number, value: number) => Message;
  /** Appends a 32-bit float field (wire type 5). */
  readonly float: (field: number, value: number) => Message;
  /** Appends a string, bytes or nested-message field (wire type 2). */
  readonly bytes: (field: number, value: string | Uint8Array | Message) => Message;
  /** The encoded message. */
  readonly finish: () => Uint8Array;
}

/**
 * Starts a protobuf message (wire format of proto2 and proto3: tag, then varint or length-delimited
 * value; https://protobuf.dev/programming-guides/encoding/).
 */
export function message(): Message {
  const parts: Uint8Array[] = [];
  const self: Message = {
    integer: (field, value) => {
      parts.push(varint(field * 8), varint(value));
      return self;
    },
    float: (field, value) => {
      const four = new Uint8Array(4);
      new DataView(four.buffer).setFloat32(0, value, true);
      parts.push(varint(field * 8 + 5), four);
      return self;
    },
    bytes: (field, value) => {
      const body = bodyOf(value);
      parts.push(varint(field * 8 + 2), varint(body.length), body);
      return self;
    },
    finish: () => {
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
  };
  return self;
}

function bodyOf(value: string | Uint8Array | Message): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  return value instanceof Uint8Array ? value : value.finish();
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  // Negative numbers are written as 64-bit two's complement, as protobuf's int64 demands.
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
