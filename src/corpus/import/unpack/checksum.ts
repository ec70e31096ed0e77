/** CRC-32 of bzip2: the polynomial of Ethernet, the highest bit first. */
export class Checksum {
  #sum = 0xffff_ffff;

  /** Takes the next bytes. */
  add(bytes: Uint8Array): void {
    let sum = this.#sum;
    for (const byte of bytes) sum = (sum << 8) ^ (CRC_TABLE[((sum >>> 24) ^ byte) & 0xff] ?? 0);
    this.#sum = sum;
  }

  /** The sum of all bytes so far. */
  value(): number {
    return ~this.#sum >>> 0;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum < 0 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1;
  return sum >>> 0;
});
