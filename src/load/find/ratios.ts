import { type SignedRankRatio, signedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import type { Exposure, LoadBlock } from '../pace/interleave.ts';
import type { LoadRecord } from '../recorder.ts';
import { pairQuantiles } from './requests/block-pairs.ts';

/** Candidate over incumbent (or incumbent over itself) at one quantile, over pairs of blocks. */
export interface RatioFigure {
  readonly quantile: number;
  readonly exposure: Exposure;
  readonly ratio: SignedRankRatio;
  /** Pairs in which the quantile fell on a request without an end, a side; such pairs leave no ratio. */
  readonly censored: readonly [number, number];
}

const QUANTILES = [0.5, 0.95] as const;

/** Ratios of the second arm to the first at p50 and p95, first touches and repeats apart. */
export function ratioFigures(record: LoadRecord, blocks: readonly LoadBlock[]): RatioFigure[] {
  return QUANTILES.flatMap((quantile) => {
    const pairs = pairQuantiles(record, blocks, quantile);
    return (['first', 'repeat'] as const).flatMap((exposure): RatioFigure[] => {
      const some = pairs.filter((pair) => pair.exposure === exposure);
      if (some.length === 0) return [];
      const firsts = some.map((pair) => pair.firstMs);
      const seconds = some.map((pair) => pair.secondMs);
      return [
        {
          quantile,
          exposure,
          ratio: signedRankRatio(firsts, seconds),
          censored: [censoredCount(firsts), censoredCount(seconds)],
        },
      ];
    });
  });
}

function censoredCount(valuesMs: readonly number[]): number {
  return valuesMs.filter((value) => value === Number.POSITIVE_INFINITY).length;
}
