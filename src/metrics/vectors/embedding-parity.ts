import { mean } from '../../stats/moments.ts';

/** How two embeddings of one text differ. */
export interface VectorParity {
  /** Float64 cosine; null where a vector is zero or not finite. */
  readonly cosine: number | null;
  /** |b| / |a|; null where a vector is zero or not finite. */
  readonly normRatio: number | null;
  /** max |a_i − b_i|; null where a value is not finite or there are none. */
  readonly maxAbs: number | null;
  /** Largest number of float32 steps between two components; +0 and −0 are none apart. */
  readonly maxUlp: number | null;
  /** Whether all raw bits are the same. */
  readonly bitEqual: boolean;
  /** Whether a vector has no length at all. */
  readonly zero: boolean;
}

/**
 * Compares two float32 embeddings of the same text, computing in float64.
 *
 * @throws RangeError where the dimensions differ
 */
export function vectorParity(a: Float32Array, b: Float32Array): VectorParity {
  if (a.length !== b.length) {
    throw new RangeError(`vectors of ${a.length} and ${b.length} dimensions cannot be compared`);
  }
  const bitsA = new Int32Array(a.buffer, a.byteOffset, a.length);
  const bitsB = new Int32Array(b.buffer, b.byteOffset, b.length);
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  let maxAbs = 0;
  let maxUlp = 0;
  let bitEqual = true;
  for (let at = 0; at < a.length; at++) {
    const x = a[at] ?? 0;
    const y = b[at] ?? 0;
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
    maxAbs = Math.max(maxAbs, Math.abs(x - y));
    const bitsX = bitsA[at] ?? 0;
    const bitsY = bitsB[at] ?? 0;
    maxUlp = Math.max(maxUlp, Math.abs(orderedSteps(bitsX) - orderedSteps(bitsY)));
    if (bitsX !== bitsY) bitEqual = false;
  }
  const normA = Math.sqrt(squareA);
  const normB = Math.sqrt(squareB);
  const zero = normA === 0 || normB === 0;
  const finite = Number.isFinite(normA) && Number.isFinite(normB);
  const defined = finite && !zero;
  const measurable = finite && a.length > 0;
  return {
    cosine: defined ? dot / (normA * normB) : null,
    normRatio: defined ? normB / normA : null,
    maxAbs: measurable ? maxAbs : null,
    maxUlp: measurable ? maxUlp : null,
    bitEqual,
    zero,
  };
}

/** Embedding parity over many texts; extremes are null where no pair defines them. */
export interface EmbeddingParity {
  readonly n: number;
  readonly cosineMin: number | null;
  readonly cosineMean: number | null;
  readonly normRatioMin: number | null;
  readonly normRatioMax: number | null;
  readonly maxAbs: number | null;
  readonly maxUlp: number | null;
  readonly bitEqualCount: number;
  /** Pairs in which a vector is zero: they have no cosine and no ratio. */
  readonly zeroCount: number;
}

/** Summarises pairs; undefined values are left out of extremes and means. */
export function summariseVectorParity(pairs: readonly VectorParity[]): EmbeddingParity {
  const cosines = defined(pairs.map((pair) => pair.cosine));
  const ratios = defined(pairs.map((pair) => pair.normRatio));
  return {
    n: pairs.length,
    cosineMin: extreme(cosines, Math.min),
    cosineMean: mean(cosines),
    normRatioMin: extreme(ratios, Math.min),
    normRatioMax: extreme(ratios, Math.max),
    maxAbs: extreme(defined(pairs.map((pair) => pair.maxAbs)), Math.max),
    maxUlp: extreme(defined(pairs.map((pair) => pair.maxUlp)), Math.max),
    bitEqualCount: pairs.filter((pair) => pair.bitEqual).length,
    zeroCount: pairs.filter((pair) => pair.zero).length,
  };
}

/** Maps float32 bits to integers in the order of the numbers, one a step. */
function orderedSteps(bits: number): number {
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

function defined(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((best, value) => pick(best, value));
}
