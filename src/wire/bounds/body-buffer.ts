/** What a second piece makes room for at least. */
const LEAST_ROOM = 64 * 1024;

/**
 * The pieces of a body as one run of bytes. The first piece is kept as it is, since most bodies have no other; further
 * ones are copied behind it: a body that comes a byte at a time would take a hundred times its size as pieces.
 */
export class BodyBuffer {
  #bytes: Uint8Array | null = null;
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(piece: Uint8Array): void {
    const wanted = this.#sizeBytes + piece.length;
    if (this.#bytes === null) {
      this.#bytes = piece;
    } else {
      // A first piece fills its own memory: there is never room behind it.
      if (wanted > this.#bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(LEAST_ROOM, 2 * this.#sizeBytes, wanted));
        larger.set(this.#bytes.subarray(0, this.#sizeBytes));
        this.#bytes = larger;
      }
      this.#bytes.set(piece, this.#sizeBytes);
    }
    this.#sizeBytes = wanted;
  }

  /** All bytes so far; they are not copied. */
  bytes(): Uint8Array {
    return this.#bytes?.subarray(0, this.#sizeBytes) ?? new Uint8Array(0);
  }

  clear(): void {
    this.#bytes = null;
    this.#sizeBytes = 0;
  }
}
