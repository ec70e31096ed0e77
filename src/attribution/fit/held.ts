import type { FittedMetric } from '../replay/metric.ts';
import { CODECS, type Codec, greatestComponent, rounded } from '../replay/precision.ts';
import { cosine } from '../replay/vectors.ts';
import type { World } from '../replay/world.ts';
import type { SideRecord } from '../types.ts';
import { type Appearance, spread } from './appearances.ts';
import { fitMetric } from './fit-metric.ts';

/** Pairs of query and document that codes are told apart by. */
const PROBES = 1500;
/** Such pairs of queries from which no text that is asked by itself is needed. */
const ENOUGH = 100;
/** Residual, relative to the slope, below which float32 noise is all there is to see. */
const NOISE = 5e-7;
/** The same for codes that are named: those of another kind miss by more. */
const TIGHT = 5e-6;
/** Share of the scores that codes must give. */
const MOST = 0.9;

/** The codes that give a side's scores, and the metric of them. */
export interface HeldVectors {
  readonly codec: Codec;
  readonly metric: FittedMetric;
}

/**
 * Finds the codes that a side compares: those whose scores fit the better, to float32 noise, than the scores of the
 * vectors as they are. Null where the vectors as they are give the scores, or no codes that are known do.
 *
 * @param plain the metric of the vectors as they are, where they give the scores
 */
export function heldVectors(
  { world, record }: Held,
  appearances: readonly Appearance[],
  plain: FittedMetric | null,
): HeldVectors | null {
  let least = plain === null ? Number.POSITIVE_INFINITY : relative(plain);
  if (least <= NOISE) return null;
  const probes = probesOf({ world, record }, appearances);
  let best: HeldVectors | null = null;
  for (const codec of CODECS) {
    const metric = fitMetric(probes(codec));
    if (metric === null || (metric.share ?? 0) < MOST || relative(metric) > TIGHT) continue;
    if (relative(metric) >= least / 3) continue;
    best = { codec, metric };
    least = relative(metric);
  }
  return best;
}

function relative({ residual, slope }: FittedMetric): number {
  return (residual ?? Number.POSITIVE_INFINITY) / Math.abs(slope);
}

/** Whose vectors they are. */
export interface Held {
  readonly world: World;
  readonly record: SideRecord;
}

/** Scored pairs as they would be compared in some codes: rounding depends on a vector's length. */
function probesOf({ world, record }: Held, appearances: readonly Appearance[]) {
  // A text asked by itself has a cosine of 1 in all codes.
  const telling = appearances.filter(
    ({ row, pair }) => row < world.corpusSize && pair.cosine < 0.999,
  );
  // What the census is asked by is known less surely than a query: a side may look up the vector that it holds.
  const byQuery = telling.filter(({ query }) => query >= 0);
  const chosen = spread(byQuery.length >= ENOUGH ? byQuery : telling, PROBES);
  const greatest = greatestComponent(record.documents.values);
  const own = ownVectors({ world, record });
  return ({ documents, queries: asked }: Codec) =>
    chosen.map(({ pair, row, queryVector }) => {
      const document = rounded(own(row), documents, greatest);
      const query = rounded(queryVector, asked, greatest);
      return {
        ...pair,
        cosine: cosine(query, document),
        queryNorm: lengthOf(query),
        documentNorm: lengthOf(document),
      };
    });
}

/** Vectors of documents as the side's embed route gives them, by row; empty where there is none. */
export function ownVectors({ world, record }: Held): (row: number) => Float32Array {
  const { ids, dimension, values } = record.documents;
  const at = new Map(ids.map((id, row) => [id, row]));
  return (row) => {
    const from = (at.get(world.keys[row] ?? '') ?? -1) * dimension;
    return from < 0 ? new Float32Array(0) : values.subarray(from, from + dimension);
  };
}

function lengthOf(vector: Float32Array): number {
  let square = 0;
  for (const value of vector) square += value * value;
  return Math.sqrt(square);
}
