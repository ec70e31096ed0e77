/** Pieces of memory that are used again, since fresh pages cost more than most work on them. */
export interface Spare<Piece> {
  /** A piece of at least so many bytes; what it holds is undefined. */
  readonly take: (sizeBytes: number) => Piece;
  /** Takes a piece back that nothing works on any more. */
  readonly release: (piece: Piece) => void;
}

/** Keeps the last piece that was released, of at most so many bytes, for whoever takes next. */
export function oneSpare<Piece>(
  make: (sizeBytes: number) => Piece,
  sizeOf: (piece: Piece) => number,
  mostBytes = Number.POSITIVE_INFINITY,
): Spare<Piece> {
  let spare: Piece | null = null;
  return {
    take: (sizeBytes) => {
      const known = spare;
      spare = null;
      return known !== null && sizeOf(known) >= sizeBytes ? known : make(sizeBytes);
    },
    release: (piece) => {
      if (sizeOf(piece) <= mostBytes) spare = piece;
    },
  };
}
