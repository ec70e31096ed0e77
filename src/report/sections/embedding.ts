import type { Findings } from '../../parity/findings.ts';
import { key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Content, Section, Span } from '../model.ts';
import { count, metric, prose, ratio, setting } from '../spans.ts';

/** Length ratio of two embeddings above 1 that counts as drift. */
const LENGTH_DRIFT = 1e-3;

/** How like the embeddings of both sides are. */
export function embeddingSection({ embedding: e }: Findings): Section {
  const ofTexts = (n: number): Content => [count(n), '/', count(e.texts)];
  const figures: (readonly [name: string, label: Content, value: Content])[] = [
    ['texts', 'texts embedded by both', count(e.texts)],
    [
      'missing',
      'texts missing (incumbent, candidate)',
      [count(e.missing.incumbent), ', ', count(e.missing.candidate)],
    ],
    [
      'dimension',
      'dimension',
      [setting(e.dimensionIncumbent), ', ', setting(e.dimensionCandidate)],
    ],
  ];
  if (e.comparable) {
    figures.push(
      ['at-least', ['cosine ≥ ', setting(e.cosineThreshold)], ofTexts(e.atLeast)],
      ['cosine', 'cosine, least and mean', [metric(e.cosineMin, 7), ', ', metric(e.cosineMean, 7)]],
      [
        'norm-ratio',
        'norm ratio, candidate / incumbent (least, median, greatest)',
        [ratio(e.normRatioMin), ', ', ratio(e.normRatioMedian), ', ', ratio(e.normRatioMax)],
      ],
      ['max-abs', 'greatest difference of a component', metric(e.maxAbs)],
      ['bit-equal', 'raw bits equal', ofTexts(e.bitEqual)],
      [
        'bit-equal-normalised',
        'bits equal after float32 L2-normalisation',
        ofTexts(e.bitEqualNormalised),
      ],
      ['zero-vectors', 'zero vectors', count(e.zeroVectors)],
    );
  }
  const median = e.normRatioMedian;
  return tableSection('embedding', 'Embedding parity', {
    columns: [key(left('figure')), right('value')],
    rows: figures.map(([name, label, value]) => row([name], [label, value])),
    notes:
      median !== null && Math.abs(median - 1) > LENGTH_DRIFT
        ? [paragraph(lengthDrift(median, e.alike === e.texts - e.zeroVectors))]
        : [],
  });
}

/** Lengths alone are harmless only where the directions are the same. */
function lengthDrift(median: number, isAlike: boolean): readonly Span[] {
  const longer = prose`The candidate's vectors are ${ratio(median, 1)} times as long as the incumbent's`;
  return isAlike
    ? prose`Wire drift: L2-normalise. ${longer}: harmless under cosine, breaking under dot product or Euclidean distance.`
    : prose`${longer}, and they point elsewhere: the lengths are the smaller difference.`;
}
