import type { Key } from './recall.ts';

/** A ranking with ties: groups of tied documents, best first. */
export type TieRanking = readonly (readonly Key[])[];

/**
 * What a tie means: `w` the documents share the top rank, `a` the order is unknown (the expectation over
 * all orders), `b` like `a`, and corrected so that a ranking agrees fully with itself.
 */
export type RboVariant = 'w' | 'a' | 'b';

/** Rank-biased overlap of two rankings. */
export interface RankBiasedOverlap {
  /** The agreement seen, extrapolated to the unseen part. */
  readonly ext: number;
  /** Lowest value that any continuation of both rankings can give. */
  readonly min: number;
  /** Highest value that any continuation can give. */
  readonly max: number;
  /** max − min: the weight of what was not seen. */
  readonly res: number;
}

/**
 * Rank-biased overlap with ties, uneven lengths and residual.
 *
 * Webber, Moffat & Zobel, ACM TOIS 2010 (eq. 32); ties after Corsi & Urbano, SIGIR 2024. `p` in [0, 1) is
 * the persistence (p = 0 looks at rank 1 alone). A repeated document counts where it first occurs. Two
 * empty rankings agree (1), an empty and a filled one do not (0).
 *
 * @throws RangeError where p is outside [0, 1)
 */
export function rankBiasedOverlap(
  x: TieRanking,
  y: TieRanking,
  p: number,
  variant: RboVariant = 'a',
): RankBiasedOverlap {
  if (!(p >= 0 && p < 1)) throw new RangeError(`RBO needs 0 ≤ p < 1, got ${p}`);
  const one = rankSpans(x);
  const other = rankSpans(y);
  const [short, long] = one.size <= other.size ? [one, other] : [other, one];
  if (short.size === 0) {
    const share = long.size === 0 ? 1 : 0;
    return { ext: share, min: share, max: share, res: 0 };
  }
  const depths = agreementByDepth(short, long, variant);
  const firstAgreement = depths.agreement[0] ?? { ext: 0, min: 0, max: 0 };
  if (p === 0) {
    return { ...firstAgreement, res: firstAgreement.max - firstAgreement.min };
  }
  const s = short.size;
  const l = long.size;
  let ext = 0;
  let min = 0;
  let max = 0;
  let harmonic = 0;
  let weight = 1;
  for (const [at, agreement] of depths.agreement.entries()) {
    weight *= p;
    ext += agreement.ext * weight;
    min += agreement.min * weight;
    max += agreement.max * weight;
    harmonic += weight / (at + 1);
  }
  const common = depths.commonAtEnd;
  const atShortEnd = depths.agreement[s - 1]?.ext ?? 0;
  ext += (((common + (l - s) * atShortEnd) / l) * weight * p) / (1 - p);
  min += common * (-Math.log1p(-p) - harmonic);
  // Beyond the longer list every new row of both may match, until all l + s − X documents are met.
  const full = Math.round(l + s - common);
  for (let d = l + 1; d <= full; d++) {
    weight *= p;
    max += ((2 * d - l - s + common) / d) * weight;
  }
  max += (weight * p) / (1 - p);
  const scale = (1 - p) / p;
  return { ext: ext * scale, min: min * scale, max: max * scale, res: (max - min) * scale };
}

/** First and last rank (1-based) that a document's tie group takes up. */
interface RankSpan {
  readonly top: number;
  readonly bottom: number;
}

function rankSpans(groups: TieRanking): Map<Key, RankSpan> {
  const spans = new Map<Key, RankSpan>();
  for (const group of groups) {
    const fresh = [...new Set(group)].filter((key) => !spans.has(key));
    const span = { top: spans.size + 1, bottom: spans.size + fresh.length };
    for (const key of fresh) spans.set(key, span);
  }
  return spans;
}

/** How much of a document has been met at depth d. */
function met(span: RankSpan, d: number, variant: RboVariant): number {
  if (d < span.top) return 0;
  if (variant === 'w' || d >= span.bottom) return 1;
  return (d - span.top + 1) / (span.bottom - span.top + 1);
}

interface DepthAgreement {
  readonly ext: number;
  readonly min: number;
  readonly max: number;
}

function agreementByDepth(
  short: ReadonlyMap<Key, RankSpan>,
  long: ReadonlyMap<Key, RankSpan>,
  variant: RboVariant,
): { agreement: DepthAgreement[]; commonAtEnd: number } {
  const shortSpans = [...short.values()];
  const longSpans = [...long.values()];
  const pairs: [RankSpan, RankSpan][] = [];
  const unseen: RankSpan[] = [];
  for (const [key, span] of long) {
    const inShort = short.get(key);
    if (inShort === undefined) unseen.push(span);
    else pairs.push([inShort, span]);
  }
  const size = (spans: readonly RankSpan[], d: number): number => {
    let total = 0;
    for (const span of spans) {
      const share = met(span, d, variant);
      total += variant === 'b' ? share * share : share;
    }
    return total;
  };
  const s = short.size;
  const agreement: DepthAgreement[] = [];
  let common = 0;
  let atShortEnd = 0;
  for (let d = 1; d <= long.size; d++) {
    common = 0;
    for (const [inShort, inLong] of pairs) {
      common += met(inShort, d, variant) * met(inLong, d, variant);
    }
    const shortSize = d <= s ? size(shortSpans, d) : d;
    const norm = normaliser(variant, d, shortSize, variant === 'a' ? d : size(longSpans, d));
    if (d <= s) {
      atShortEnd = common / norm;
      agreement.push({ ext: atShortEnd, min: atShortEnd, max: atShortEnd });
      continue;
    }
    // The short list's d − s unseen rows match at best the first d − s unseen documents of the long
    // one, and on average as often as the rows seen did.
    let best = 0;
    for (const span of unseen.slice(0, d - s)) best += met(span, d, variant);
    const open = unseen.map((span) => met(span, d, variant)).filter((share) => share > 0);
    const typical = open.reduce((sum, share) => sum + share, 0) / Math.max(1, open.length);
    agreement.push({
      ext: (common + (d - s) * atShortEnd * typical) / norm,
      min: common / norm,
      max: (common + best) / norm,
    });
  }
  return { agreement, commonAtEnd: common };
}

function normaliser(variant: RboVariant, d: number, short: number, long: number): number {
  if (variant === 'w') return (short + long) / 2;
  return variant === 'a' ? d : Math.sqrt(short) * Math.sqrt(long);
}
