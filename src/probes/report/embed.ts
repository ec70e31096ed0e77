import { key, left, paragraph, right, row, tableSection } from '../../report/blocks.ts';
import type { Column, Content, Section, Span } from '../../report/model.ts';
import {
  count,
  MISSING,
  metric,
  numeral,
  prose,
  ratio,
  setting,
  text,
} from '../../report/spans.ts';
import type { EmbedFindings } from '../find/embed.ts';

const SHOWN_TEXTS = 50;

/** The table of texts of the embedding probe; of many texts the first fifty and all that differ. */
export function embedSections(findings: EmbedFindings): Section[] {
  const { texts, cosineThreshold } = findings;
  const hasReference = findings.reference !== null;
  const shown = texts.filter(
    ({ parity }, at) => at < SHOWN_TEXTS || (parity?.cosine ?? 0) < cosineThreshold,
  );
  return [
    tableSection('texts', 'Texts', {
      columns: columns(hasReference),
      rows: shown.map((one, at) =>
        row(
          [at],
          [
            text(one.text),
            metric(one.parity?.cosine, 9),
            ratio(one.parity?.normRatio, 4),
            numeral(one.parity?.maxAbs, {
              unit: 'difference',
              precision: { exponential: 2 },
              signed: false,
            }),
            count(one.parity?.maxUlp),
            one.parity?.bitEqual === true ? 'equal' : 'differ',
            one.bitEqualNormalised ? 'equal' : 'differ',
            ...(hasReference
              ? [metric(one.reference?.incumbent, 6), metric(one.reference?.candidate, 6)]
              : []),
          ],
        ),
      ),
      notes: [paragraph(summary(findings))],
    }),
  ];
}

function columns(hasReference: boolean): Column[] {
  return [
    key(left('text')),
    right('cosine'),
    right('norm ratio'),
    right('max abs'),
    right('max ULP'),
    left('raw bits'),
    left('bits at length 1'),
    ...(hasReference ? [right('reference · incumbent'), right('reference · candidate')] : []),
  ];
}

function summary(findings: EmbedFindings): readonly Span[] {
  const { normRatio, dimensions } = findings;
  const ratios: Content =
    normRatio === null ? MISSING : prose`${ratio(normRatio.lowest)} to ${ratio(normRatio.highest)}`;
  return [
    ...prose`${count(findings.agree)} of ${count(findings.of)} texts have a cosine of at least ${setting(findings.cosineThreshold)}; norm ratio ${ratios}; `,
    ...prose`raw bits equal for ${count(findings.bitEqual)}, after L2-normalisation to float32 for ${count(findings.bitEqualNormalised)}; largest difference ${count(findings.maxUlp)} ULP. `,
    ...prose`Dimensions ${setting(dimensions.incumbent)} and ${setting(dimensions.candidate)}; the index is taken to compare by ${findings.distance}.`,
  ];
}
