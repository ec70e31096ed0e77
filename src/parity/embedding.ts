import { SAME_DIRECTION } from '../metrics/thresholds.ts';
import {
  summariseVectorParity,
  type VectorParity,
  vectorParity,
} from '../metrics/vectors/embedding-parity.ts';
import type { Side, VectorTable } from '../record/types.ts';
import { quantileInverseCdf } from '../stats/quantiles.ts';
import type { EmbeddingFinding } from './findings.ts';

/** Cosine at which they may still come from one model: float16 and other roundings stay above it. */
const ALIKE = 0.999;

/** Compares the two sides' embeddings of the same texts, matched by id. */
export function embeddingFinding(
  { incumbent, candidate }: Readonly<Record<Side, VectorTable>>,
  {
    asked,
    candidateEmbeds,
    blank,
  }: {
    readonly asked: number;
    readonly candidateEmbeds: boolean;
    readonly blank: ReadonlySet<string>;
  },
): EmbeddingFinding {
  const comparable = incumbent.dimension === candidate.dimension && incumbent.dimension > 0;
  const rowInCandidate = new Map(candidate.ids.map((id, row) => [id, row]));
  const ids: string[] = [];
  const pairs: VectorParity[] = [];
  let bitEqualNormalised = 0;
  for (const [row, id] of incumbent.ids.entries()) {
    const other = rowInCandidate.get(id);
    if (other === undefined) continue;
    ids.push(id);
    if (!comparable) continue;
    const a = vectorAt(incumbent, row);
    const b = vectorAt(candidate, other);
    pairs.push(vectorParity(a, b));
    if (sameBits(normalised(a), normalised(b))) bitEqualNormalised += 1;
  }
  const summary = summariseVectorParity(pairs);
  const lost = candidateEmbeds ? lostBy(incumbent, candidate, blank) : 0;
  const ratios = pairs.flatMap((pair) => pair.normRatio ?? []);
  const cosines = pairs.flatMap((pair, index) =>
    pair.cosine === null ? [] : [{ id: ids[index] ?? '', cosine: pair.cosine }],
  );
  return {
    texts: ids.length,
    missing: {
      incumbent: asked - incumbent.ids.length,
      candidate: asked - candidate.ids.length,
    },
    comparable,
    dimensionIncumbent: incumbent.dimension,
    dimensionCandidate: candidate.dimension,
    cosineMin: summary.cosineMin,
    cosineMean: summary.cosineMean,
    atLeast: cosines.filter((entry) => entry.cosine >= SAME_DIRECTION).length,
    cosineThreshold: SAME_DIRECTION,
    alike: cosines.filter((entry) => entry.cosine >= ALIKE).length,
    alikeThreshold: ALIKE,
    normRatioMin: summary.normRatioMin,
    normRatioMedian: quantileInverseCdf(ratios, 0.5),
    normRatioMax: summary.normRatioMax,
    maxAbs: summary.maxAbs,
    maxUlp: summary.maxUlp,
    bitEqual: summary.bitEqualCount,
    bitEqualNormalised,
    zeroVectors: summary.zeroCount,
    ...(lost === 0 ? {} : { lostByCandidate: lost }),
    worst: cosines.sort((a, b) => a.cosine - b.cosine).slice(0, 5),
  };
}

/** Texts with a direction in one table and none in the other, without blank ones. */
function lostBy(one: VectorTable, other: VectorTable, blank: ReadonlySet<string>): number {
  const directed = new Set(other.ids.filter((_, row) => hasDirection(other, row)));
  return one.ids.filter((id, row) => !directed.has(id) && !blank.has(id) && hasDirection(one, row))
    .length;
}

function hasDirection(table: VectorTable, row: number): boolean {
  return vectorAt(table, row).some((value) => value !== 0);
}

function vectorAt(table: VectorTable, row: number): Float32Array {
  return table.values.subarray(row * table.dimension, (row + 1) * table.dimension);
}

/** Length 1 in float64, rounded to float32 once. */
function normalised(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, at) => Object.is(value, b[at]));
}
