import type { ValuePair } from './fit-operation.ts';

/** How long the candidate's vectors are against the incumbent's, and how far they point apart. */
export function lengthsOf(pairs: readonly ValuePair[]): string | null {
  let [least, most, cosine] = [Number.POSITIVE_INFINITY, 0, 1];
  for (const { incumbent, candidate } of pairs) {
    const [ours, theirs] = [vectorsOf(incumbent), vectorsOf(candidate)];
    for (const [at, a] of ours.entries()) {
      const b = theirs[at] ?? [];
      const [normA, normB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
      if (normA === 0 || normB === 0) continue;
      least = Math.min(least, normB / normA);
      most = Math.max(most, normB / normA);
      cosine = Math.min(cosine, dot(a, b) / (normA * normB));
    }
  }
  return most === 0
    ? null
    : `norm ratio ${least.toPrecision(3)}–${most.toPrecision(3)}, cosine ≥ ${(Math.floor(cosine * 1e6) / 1e6).toFixed(6)}`;
}

function vectorsOf(value: unknown): number[][] {
  if (!Array.isArray(value)) return [];
  return Array.isArray(value[0]) ? (value as number[][]) : [value as number[]];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0);
}
