/** Bytes that come piece by piece, read as bits, the highest of a byte first. */
export class BitReader {
  readonly #next: () => Promise<Uint8Array | null>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #heldBits = 0;

  /** @param next gives the next piece, null at the end */
  constructor(next: () => Promise<Uint8Array | null>) {
    this.#next = next;
  }

  /** Waits until so many bytes are in memory. @returns false where fewer are left */
  async ensure(count: number): Promise<boolean> {
    this.#giveBack();
    while (this.#bytes.length - this.#at < count) {
      const piece = await this.#next();
      if (piece === null) return false;
      const rest = this.#bytes.subarray(this.#at);
      const joined = new Uint8Array(rest.length + piece.length);
      joined.set(rest);
      joined.set(piece, rest.length);
      this.#bytes = joined;
      this.#at = 0;
    }
    return true;
  }

  /** The next 1 to 16 bits as a number. @throws RangeError past what is in memory */
  bits(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** The next 1 to 20 bits, which stay; zeros stand for what is not in memory. */
  peek(count: number): number {
    while (this.#heldBits < count) {
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at] ?? 0)) & 0xfff_ffff;
      this.#at += 1;
      this.#heldBits += 8;
    }
    return (this.#held >>> (this.#heldBits - count)) & ((1 << count) - 1);
  }

  /** Takes bits that were looked at. @throws RangeError past what is in memory */
  skip(count: number): void {
    this.#heldBits -= count;
    // Only whole bytes that were not there may be held still.
    if (this.#at - (this.#heldBits >> 3) > this.#bytes.length) {
      throw new RangeError('it ends within a block');
    }
  }

  /** The next 32 bits as a number without sign. */
  word(): number {
    return this.bits(16) * 0x1_0000 + this.bits(16);
  }

  /** Whole bytes that are held are bytes that were not taken. */
  #giveBack(): void {
    this.#at -= this.#heldBits >> 3;
    this.#held >>>= this.#heldBits & ~7;
    this.#heldBits &= 7;
  }

  /** Forgets what is left of a byte that was begun. */
  align(): void {
    this.#heldBits -= this.#heldBits % 8;
  }

  /** Whether no whole byte is left, in memory or to come. */
  async atEnd(): Promise<boolean> {
    return !(await this.ensure(1));
  }
}
