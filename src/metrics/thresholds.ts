/** Cosine from which two float32 embeddings of one text count as the same direction. */
export const SAME_DIRECTION = 0.99999;

/** Fewest block pairs from which a ratio of latencies is claimed. */
export const MIN_BLOCK_PAIRS = 12;

/** Fewest requests of a side from which a claim about its p95 is made. */
export const MIN_REQUESTS = 200;

/** Relative spread of lengths below which cosine, dot product and Euclidean distance rank alike. */
export const SAME_LENGTH = 1e-3;
