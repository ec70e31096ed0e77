/** Bytes that may be held at once by all that share one budget, e.g. the answers that one client is reading. */
export interface ByteBudget {
  readonly limitBytes: number;
  /** Takes some of it; false, and nothing is taken, where so much is not left. */
  readonly take: (sizeBytes: number) => boolean;
  /** Gives back what was taken. */
  readonly free: (sizeBytes: number) => void;
}

/** Enough for two answers of the largest size; more of them at once are no answers but an attack or a mistake. */
export const BODIES_BYTES = 128 * 1024 * 1024;

/** A budget of which nothing is taken yet. */
export function byteBudget(limitBytes: number): ByteBudget {
  let taken = 0;
  return {
    limitBytes,
    take: (sizeBytes) => {
      if (taken + sizeBytes > limitBytes) return false;
      taken += sizeBytes;
      return true;
    },
    free: (sizeBytes) => {
      taken -= sizeBytes;
    },
  };
}
