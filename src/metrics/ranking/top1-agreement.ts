import {
  type BinomialInterval,
  clopperPearsonInterval,
  wilsonInterval,
} from '../../stats/intervals/binomial-interval.ts';
import type { Key } from './recall.ts';

/** How often two sides name the same nearest document. */
export interface Top1Agreement {
  /** Pairs in which at least one side returned something. */
  readonly n: number;
  readonly agree: number;
  /** Pairs left out because neither side returned anything. */
  readonly bothEmpty: number;
  /** agree / n; null where n is 0. */
  readonly rate: number | null;
  readonly wilson: BinomialInterval | null;
  readonly clopperPearson: BinomialInterval | null;
}

/**
 * Share of queries whose first documents are the same, with two-sided intervals.
 *
 * `a` and `b` hold the first document of each query, null where a side returned nothing; both empty is left
 * out and counted, one empty is a disagreement.
 *
 * @throws RangeError where the lists differ in length
 */
export function top1Agreement(
  a: readonly (Key | null)[],
  b: readonly (Key | null)[],
  confidence = 0.95,
): Top1Agreement {
  if (a.length !== b.length) {
    throw new RangeError(`top-1 agreement needs pairs, got ${a.length} and ${b.length}`);
  }
  let n = 0;
  let agree = 0;
  for (const [at, first] of a.entries()) {
    const second = b[at] ?? null;
    if (first === null && second === null) continue;
    n++;
    if (first === second) agree++;
  }
  return {
    n,
    agree,
    bothEmpty: a.length - n,
    rate: n === 0 ? null : agree / n,
    wilson: wilsonInterval(agree, n, confidence),
    clopperPearson: clopperPearsonInterval(agree, n, confidence),
  };
}
