import type { VectorTable } from '../../record/types.ts';
import type { Spaces } from '../replay/vectors.ts';
import { type Appearance, appearancesOf, claimedCosine, fits } from './appearances.ts';
import { fitMetric } from './fit-metric.ts';
import type { FittedMetric } from './metric.ts';
import type { IdentifyInput } from './misfit.ts';
import { project, ridgeFit, rootMeanSquare, unit } from './ridge.ts';

/** Vectors that a side's search embeds its queries to, where they are not those of its embed route. */
export interface HiddenQueries {
  readonly table: VectorTable;
  /** Queries whose vector was recovered from scores. */
  readonly recovered: number;
  /** Queries that are answered otherwise by text, and whose vector could not be recovered. */
  readonly lost: number;
}

/**
 * Finds queries that a side embeds otherwise on its way to a search than on its embed route: by the vector of
 * the embed route they are answered with scores that fit a metric, by text with scores that do not. The vector
 * behind the text is fitted to two thirds of the scores and accepted where the rest bear it out.
 * Null where a side takes no vectors, or nothing of the kind is seen.
 */
export function hiddenQueries(input: IdentifyInput, spaces: Spaces): HiddenQueries | null {
  const { world, record, side, queries } = input;
  if (record.byVector.size === 0) return null;
  const everyone = queries.map((_, query) => query);
  const none = new Map<string, never>();
  const seen = (by: 'text' | 'vector'): Appearance[] =>
    appearancesOf(
      world,
      spaces,
      by === 'text' ? { ...record, byVector: none } : { ...record, answers: none, deep: none },
      side,
      queries,
      everyone,
      false,
    ).filter(({ row }) => row < world.corpusSize);
  const metric = fitMetric(seen('vector').map(({ pair }) => pair));
  if (metric === null || metric.kind !== 'cosine') return null;
  const byVector = grouped(seen('vector'));
  const values = record.queries.values.slice();
  const { dimension } = record.queries;
  const rowOf = new Map(record.queries.ids.map((id, row) => [id, row]));
  let recovered = 0;
  let lost = 0;
  for (const [query, appearances] of grouped(seen('text'))) {
    if (misfits(metric, appearances) < 0.5 || misfits(metric, byVector.get(query) ?? []) > 0.1) {
      continue;
    }
    const found = vectorBehind(metric, appearances, spaces, side);
    const row = rowOf.get(queries[query]?.id ?? '');
    if (found === null || row === undefined) lost += 1;
    else {
      const length = spaces.queryNorm(query, side);
      values.set(
        found.map((value) => value * length),
        row * dimension,
      );
      recovered += 1;
    }
  }
  return recovered + lost === 0 ? null : { table: { ...record.queries, values }, recovered, lost };
}

function vectorBehind(
  metric: FittedMetric,
  appearances: readonly Appearance[],
  spaces: Spaces,
  side: 0 | 1,
): Float32Array | null {
  const claims = appearances.map((appearance) => ({
    vector: spaces.documentVector(appearance.row, side),
    own: appearance.pair.cosine,
    claimed: claimedCosine(metric, appearance),
  }));
  const test = claims.filter((_, at) => at % 3 === 2);
  const train = claims.filter((_, at) => at % 3 !== 2);
  const [first] = appearances;
  if (test.length < 2 || first === undefined) return null;
  const before = rootMeanSquare(test.map(({ own, claimed }) => claimed - own));
  const prior = unit(first.queryVector);
  let best: { error: number; ridge: number } | null = null;
  for (const ridge of [1e-6, 1e-4, 1e-2]) {
    const vector = ridgeFit(train, prior, ridge);
    const error = rootMeanSquare(
      test.map((claim) => claim.claimed - project(claim.vector, vector)),
    );
    if (best === null || error < best.error) best = { error, ridge };
  }
  if (best === null || best.error > before / 3) return null;
  return unit(ridgeFit(claims, prior, best.ridge));
}

function grouped(appearances: readonly Appearance[]): Map<number, Appearance[]> {
  const groups = new Map<number, Appearance[]>();
  for (const appearance of appearances) {
    const group = groups.get(appearance.query);
    if (group === undefined) groups.set(appearance.query, [appearance]);
    else group.push(appearance);
  }
  return groups;
}

function misfits(metric: FittedMetric, appearances: readonly Appearance[]): number {
  if (appearances.length === 0) return 1;
  return appearances.filter((one) => !fits(metric, one)).length / appearances.length;
}
