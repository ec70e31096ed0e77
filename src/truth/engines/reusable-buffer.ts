/** Pieces of memory that are used again, since fresh pages cost more than most work on them. */
export interface ReusableBuffer<Piece> {
  /** A piece of at least so many bytes; what it holds is undefined. */
  readonly acquire: (sizeBytes: number) => Piece;
  /** Gives a piece back that nothing works on any more. */
  readonly release: (piece: Piece) => void;
}

/** Keeps the last piece that was released, of at most so many bytes, for the next one that is acquired. */
export function reusableBuffer<Piece>(
  make: (sizeBytes: number) => Piece,
  sizeOf: (piece: Piece) => number,
  mostBytes = Number.POSITIVE_INFINITY,
): ReusableBuffer<Piece> {
  let kept: Piece | null = null;
  return {
    acquire: (sizeBytes) => {
      const known = kept;
      kept = null;
      return known !== null && sizeOf(known) >= sizeBytes ? known : make(sizeBytes);
    },
    release: (piece) => {
      if (sizeOf(piece) <= mostBytes) kept = piece;
    },
  };
}
