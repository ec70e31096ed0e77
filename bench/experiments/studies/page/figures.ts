import { blockedQuantile } from '../../../../src/stats/intervals/blocked-quantile.ts';
import { meanBounds } from '../../../../src/stats/intervals/bounded-mean-bound.ts';
import { signedRankRatio } from '../../../../src/stats/intervals/signed-rank-ratio.ts';
import { mean } from '../../../../src/stats/moments.ts';
import { quantileInverseCdf } from '../../../../src/stats/quantiles.ts';
import { againstOf, definedOf, type StudyCell, type StudyGroup } from '../record/study.ts';

/** An estimate with bounds at 2.5% each; null where too few values bound it. */
export interface Figure {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Values. */
  readonly n: number;
}

/** Two-sided 95%: each bound at 2.5%. */
const ALPHA = 0.025;
const SEED = 1;

/** Mean of a share, by Gaffke's bound. */
export function meanFigure(cell: StudyCell): Figure {
  const values = definedOf(cell);
  const interval =
    values.length === 0 ? null : meanBounds(values, { alpha: ALPHA, floor: 0, ceil: 1 });
  return figure(mean(values), interval, values.length);
}

/** Mean difference of a share to the setting that it is held against, over queries that both have. */
export function differenceFigure(group: StudyGroup, cell: StudyCell): Figure | null {
  const against = againstOf(group, cell);
  if (against === null) return null;
  const pairs = cell.values.flatMap((value, at) => {
    const other = against.values[at] ?? null;
    return value === null || other === null ? [] : [value - other];
  });
  const interval = pairs.length === 0 ? null : meanBounds(pairs, { alpha: ALPHA });
  return figure(mean(pairs), interval, pairs.length);
}

/** A quantile of times that came in blocks. */
export function quantileFigure(group: StudyGroup, cell: StudyCell, q: number): Figure {
  return blockedQuantile(blocksOf(group, cell), q, { seed: SEED, confidence: 1 - ALPHA });
}

/** Ratio of the medians of paired blocks to those of the setting that it is held against; n counts blocks. */
export function ratioFigure(group: StudyGroup, cell: StudyCell): Figure | null {
  const against = againstOf(group, cell);
  if (against === null) return null;
  const medians = (of: StudyCell): number[] =>
    blocksOf(group, of).map((block) => quantileInverseCdf(block, 0.5) ?? 0);
  const { ratio, lower, upper, n } = signedRankRatio(medians(against), medians(cell), ALPHA);
  return { value: ratio, lower, upper, n };
}

function blocksOf({ queriesPerBlock }: StudyGroup, { values }: StudyCell): number[][] {
  const size = queriesPerBlock ?? values.length;
  return Array.from({ length: Math.ceil(values.length / size) }, (_, block) =>
    values.slice(block * size, (block + 1) * size).filter((value) => value !== null),
  );
}

function figure(
  value: number | null,
  interval: { readonly lower: number; readonly upper: number } | null,
  n: number,
): Figure {
  return { value, lower: interval?.lower ?? null, upper: interval?.upper ?? null, n };
}
