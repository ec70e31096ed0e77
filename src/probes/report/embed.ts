import { cellText, fixed, whole } from '../../report/numbers.ts';
import { section } from '../../report/table.ts';
import type { EmbedFindings } from '../find/embed.ts';

const SHOWN_TEXTS = 50;

/** The table of texts of the embedding probe; of many texts the first fifty and all that differ. */
export function embedSections(findings: EmbedFindings): string[] {
  const { texts, cosineThreshold } = findings;
  const shown = texts.filter(
    ({ parity }, at) => at < SHOWN_TEXTS || (parity?.cosine ?? 0) < cosineThreshold,
  );
  const ratio = findings.normRatio;
  const hasReference = findings.reference !== null;
  return [
    section(
      'Texts',
      [
        'text',
        '>cosine',
        '>norm ratio',
        '>max abs',
        '>max ULP',
        'raw bits',
        'bits at length 1',
        ...(hasReference ? ['>reference · incumbent', '>reference · candidate'] : []),
      ],
      shown.map(({ text, parity, bitEqualNormalised, reference }) => [
        cellText(text),
        fixed(parity?.cosine, 9),
        fixed(parity?.normRatio, 4),
        parity?.maxAbs === undefined || parity.maxAbs === null
          ? '–'
          : parity.maxAbs.toExponential(2),
        parity?.maxUlp === undefined || parity.maxUlp === null ? '–' : whole(parity.maxUlp),
        parity?.bitEqual === true ? 'equal' : 'differ',
        bitEqualNormalised ? 'equal' : 'differ',
        ...(hasReference ? [fixed(reference?.incumbent, 6), fixed(reference?.candidate, 6)] : []),
      ]),
      [
        `${findings.agree} of ${findings.of} texts have a cosine of at least ${cosineThreshold}; ` +
          `norm ratio ${ratio === null ? '–' : `${fixed(ratio.lowest, 3)} to ${fixed(ratio.highest, 3)}`}; ` +
          `raw bits equal for ${findings.bitEqual}, after L2-normalisation to float32 for ` +
          `${findings.bitEqualNormalised}; largest difference ${findings.maxUlp === null ? '–' : whole(findings.maxUlp)} ULP. ` +
          `Dimensions ${findings.dimensions.incumbent ?? '–'} and ${findings.dimensions.candidate ?? '–'}; ` +
          `the index is taken to compare by ${findings.distance}.`,
      ],
    ),
  ];
}
