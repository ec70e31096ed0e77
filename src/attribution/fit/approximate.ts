import type { FittedMetric } from '../replay/metric.ts';
import type { Appearance } from './appearances.ts';
import { type Scatter, scatterOf, type Texts } from './scatter.ts';

/** Scores of standard deviation up to this, as a cosine, may be of codes. */
const LEAST_EXACT = 0.1;
/** Correlation of a document's errors in one half of its appearances with those in the other. */
const CONSISTENT = 0.3;
/** A row's errors must differ from query to query by this share of all errors: a boost does not. */
const VARIED = 0.15;
/** Correlation within answers of errors with the words that query and document share, from which words raise scores. */
const LEXICAL = 0.25;
/** Share of scores that are those of the vectors themselves, from which the others are not of codes. */
const EXACT = 0.1;
/** Deviation from which so many of them are not there by chance. */
const COARSE = 2e-3;
/**
 * Correlation of errors within an answer from which the answer is off as a whole. Product quantisers come to .0 to .3
 * over 2,000 and 10,000 real rows, prefixes of queries and of documents to .8 and more.
 */
const SHARED = 0.6;
/** Correlation of errors with those of one shift of all queries from which that is what they come of; codes: .0 to .2. */
const SHIFT = 0.5;
/** Errors beyond so many standard deviations are not those of codes. */
const WIDE = 4.5;

/** What gives scores that are near those of a side's vectors: codes, or texts that were embedded otherwise. */
export interface Approximation {
  /** The metric of codes; null where the scores are of something else. */
  readonly metric: FittedMetric | null;
  /** Whether the documents of one answer are off together, or all answers by one shift of the queries. */
  readonly isShifted: boolean;
}

/**
 * The metric of a side whose scores are near those of its vectors, and off by what each document is off in all its
 * answers: codes (a product quantiser's, say) give such scores, and so do vectors of another build. Scores that
 * are off by chance, by a constant a document, or by shared words are of something else. So are scores by which a
 * whole answer is off, or that one shift of all queries gives: codes round each document by itself, now up and now
 * down, while a prefix that queries or documents were embedded with moves all of them, and by more than fine codes do.
 */
export function approximation(texts: Texts, appearances: readonly Appearance[]): Approximation {
  const scatter = scatterOf(texts, appearances);
  if (scatter === null || !isNear(scatter)) return { metric: null, isShifted: false };
  const { deviation, shared, shift } = scatter;
  // A query that is coded as well is off by its own code in all of its answer, and fine codes by little.
  const isShifted = deviation >= COARSE && ((shared ?? 0) > SHARED || (shift ?? 0) > SHIFT);
  return { metric: !isShifted && isOfCodes(scatter) ? metricOf(scatter) : null, isShifted };
}

function isNear({ deviation, consistency, within }: Scatter): boolean {
  return deviation <= LEAST_EXACT && (consistency ?? 0) >= CONSISTENT && (within ?? 0) >= VARIED;
}

function isOfCodes({ deviation, lexical, exact }: Scatter): boolean {
  return (lexical ?? 0) <= LEXICAL && (deviation < COARSE || exact <= EXACT);
}

function metricOf({ slope, intercept, deviation }: Scatter): FittedMetric {
  const shift = `${intercept < 0 ? '−' : '+'} ${Math.abs(intercept).toPrecision(3)}`;
  return {
    kind: 'cosine',
    sign: 1,
    base: 'cosine',
    slope,
    intercept,
    form: `about ${slope.toPrecision(3).replace('-', '−')} · cosine ${shift}`,
    residual: 0.6745 * deviation * Math.abs(slope),
    tolerance: WIDE * deviation * Math.abs(slope),
    share: null,
    accepted: true,
    scatter: 3 * deviation,
  };
}
