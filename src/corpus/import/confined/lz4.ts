/** Most bytes that are unpacked at once. */
const MOST_BYTES = 512 << 20;
const MAGIC = 0x184d_2204;
const LEAST_MATCH = 4;

/**
 * Unpacks one LZ4 block, as Parquet has them (`LZ4_RAW`).
 * @throws RangeError where it is damaged, or unpacks to other than so many bytes
 */
export function lz4Block(packed: Uint8Array, size: number): Uint8Array {
  if (!(size >= 0 && size <= MOST_BYTES)) throw tooMuch(size);
  const out = new Output(size);
  unpackBlock(packed, out);
  if (out.length !== size) throw damaged();
  return out.bytes();
}

/**
 * Unpacks an LZ4 frame, as Arrow and Feather have them; checksums are not verified.
 * @throws RangeError where it is damaged, or unpacks to more than 512 MiB
 */
export function lz4Frame(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const flags = packed[4] ?? 0;
  if (packed.length < 7 || view.getUint32(0, true) !== MAGIC || flags >> 6 !== 1) throw damaged();
  const [hasSize, hasBlockSums, hasDictionary] = [flags & 8, flags & 16, flags & 1];
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  const size = hasSize ? Number(view.getBigUint64(6, true)) : packed.length * 4;
  if (size > MOST_BYTES) throw tooMuch(size);
  const out = new Output(size);
  for (;;) {
    if (at + 4 > packed.length) throw damaged();
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) {
      if (hasSize && out.length !== size) throw damaged();
      return out.bytes();
    }
    const length = head & 0x7fff_ffff;
    if (at + length > packed.length) throw damaged();
    const block = packed.subarray(at, at + length);
    if (head > 0x7fff_ffff) out.add(block);
    else unpackBlock(block, out);
    at += length + (hasBlockSums ? 4 : 0);
  }
}

/** Sequences of literals and of copies of what was unpacked before. */
function unpackBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  const next = (): number => {
    const byte = block[at++];
    if (byte === undefined) throw damaged();
    return byte;
  };
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const byte = next();
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = next();
    const literals = lengthOf(token >> 4);
    if (at + literals > block.length) throw damaged();
    out.add(block.subarray(at, at + literals));
    at += literals;
    // The last sequence has no match.
    if (at === block.length) return;
    const back = next() | (next() << 8);
    out.repeat(back, lengthOf(token & 15) + LEAST_MATCH);
  }
}

/** Bytes that grow at the end, and are copied from before. */
class Output {
  #bytes: Uint8Array;
  length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  add(more: Uint8Array): void {
    this.#reserve(more.length);
    this.#bytes.set(more, this.length);
    this.length += more.length;
  }

  repeat(back: number, count: number): void {
    if (back < 1 || back > this.length) throw damaged();
    this.#reserve(count);
    // What is copied may reach into what is being written: byte by byte.
    for (let i = 0; i < count; i++, this.length++) {
      this.#bytes[this.length] = this.#bytes[this.length - back] ?? 0;
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    if (needed > MOST_BYTES) throw tooMuch(needed);
    const grown = new Uint8Array(Math.min(MOST_BYTES, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

function damaged(): RangeError {
  return new RangeError('LZ4 data are damaged');
}

function tooMuch(size: number): RangeError {
  return new RangeError(`LZ4 data claim to unpack to ${size} bytes`);
}
