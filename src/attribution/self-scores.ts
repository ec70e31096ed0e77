import { type Appearance, censusAppearances, fits, type Seen } from './fit/appearances.ts';
import { plainMetric } from './fit/side-scores.ts';
import { ownTables } from './identify/look.ts';
import { expectedRaw } from './replay/metric.ts';
import { cosine, openSpaces, type SideIndex } from './replay/vectors.ts';
import { buildWorld } from './replay/world.ts';
import type { AttributionInput } from './types.ts';

/** Which documents a side scores for their own text as their own vectors do not. */
export interface SelfScores {
  /** Documents whose score for their own text was held against their vector. */
  readonly judged: number;
  /** Of those the ones that the index holds with another vector, by key; they may still be nearest to their own text. */
  readonly stale: readonly string[];
}

/** Share of the census's scores that a metric must give before single ones are doubted. */
const NEARLY_ALL = 0.9;
/** Share of the documents from which it is not they that are off, but what their texts are embedded to when asked. */
const MOST = 0.2;

/**
 * Holds the score that each document got for its own text against the exact one, by the metric that the census's scores
 * follow, the incumbent first. Nothing is judged where no metric gives nearly all of them: the side embeds texts
 * otherwise than its embed route, holds codes, or gives no scores.
 */
export function selfScores(
  input: Pick<AttributionInput, 'collections' | 'sides'>,
): readonly [SelfScores, SelfScores] {
  const world = buildWorld({ ...input, k: 1, queries: [], seed: 0 });
  const own = ownTables(input.sides);
  const spaces = openSpaces(world, [], { ...own, own });
  const of = (side: SideIndex): SelfScores => {
    const record = side === 0 ? input.sides.incumbent : input.sides.candidate;
    const seen: Seen = { world, spaces, record, side, queries: [] };
    const appearances = censusAppearances(seen).filter(({ pair }) => Number.isFinite(pair.cosine));
    const metric = plainMetric(appearances);
    const none = { judged: 0, stale: [] };
    if (metric === null || shareOf(appearances, (one) => fits(metric, one)) < NEARLY_ALL)
      return none;
    const stale: string[] = [];
    let judged = 0;
    for (const [key, answer] of record.census) {
      const row = world.rowOf.get(key);
      const raw = answer.scores[answer.keys.indexOf(key)];
      if (row === undefined || row >= world.corpusSize || !Number.isFinite(raw ?? Number.NaN))
        continue;
      const documentNorm = spaces.documentNorm(row, side);
      if (documentNorm === 0) continue;
      const vector = spaces.documentVector(row, side);
      const exact = { cosine: cosine(vector, vector), queryNorm: documentNorm, documentNorm };
      judged += 1;
      if (Math.abs((raw ?? 0) - expectedRaw(metric, exact)) > metric.tolerance) stale.push(key);
    }
    return stale.length > MOST * judged ? none : { judged, stale };
  };
  return [of(0), of(1)];
}

function shareOf(all: readonly Appearance[], holds: (one: Appearance) => boolean): number {
  return all.filter(holds).length / Math.max(1, all.length);
}
