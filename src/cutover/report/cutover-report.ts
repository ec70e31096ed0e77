import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
  verdictParagraph,
} from '../../report/blocks.ts';
import type { Content, ReportDocument, Span } from '../../report/model.ts';
import { checksPicture } from '../../report/picture/checks-picture.ts';
import { marginsPicture } from '../../report/picture/margins-picture.ts';
import type { Picture } from '../../report/picture/picture.ts';
import {
  bounds,
  joined,
  MISSING,
  prose,
  ratio,
  sentence,
  setting,
  spansOf,
  state,
  text,
  toneOf,
  units,
} from '../../report/spans.ts';
import type { CutoverCheck } from '../find/check.ts';
import type { CutoverFindings } from '../find/findings.ts';
import { cutoverSentence } from '../judge/cutover-sentence.ts';
import type { CutoverVerdict } from '../judge/judge-cutover.ts';

/** The checks, what could not be looked at, and the verdict last. */
export function cutoverReport(
  { checks, notVerified, frontend }: CutoverFindings,
  verdict: CutoverVerdict,
): ReportDocument {
  const tone = toneOf(verdict.state);
  const answer = cutoverSentence(verdict);
  return reportOf(
    [
      section('checks', null, [
        checksPicture(
          'Checks by property',
          checks.map(({ property, state: is }) => ({
            group: property,
            state: is,
            tone: toneOf(is),
          })),
        ),
        ...ratioPictures(checks),
        table(
          [key(left('property')), key(left('check')), left('state'), right('n'), left('found')],
          checks.map((check) =>
            row(
              [check.property, check.name],
              [
                check.property,
                check.name,
                [state(check.state), check.gated ? '' : ' (advisory)'],
                check.n === 0 ? MISSING : units(check.n, check.unit),
                foundIn(check),
              ],
              {
                kind: 'check',
                ...(check.n === 0 ? {} : { figures: units(check.n, check.unit) }),
              },
            ),
          ),
        ),
        ...(notVerified.length === 0
          ? []
          : [paragraph('Not verified:'), list(notVerified.map(sentence))]),
        verdictParagraph(
          prose`${state(verdict.state.toUpperCase(), tone)} cutover: ${answer} (${frontend} frontend)`,
        ),
      ]),
    ],
    {
      verdict: {
        state: verdict.state,
        tone,
        sentence: sentence(answer),
        notVerified: notVerified.map(sentence),
      },
    },
  );
}

/** The p95 of the incumbent beside load on the candidate, where it was measured. */
function ratioPictures(checks: readonly CutoverCheck[]): Picture[] {
  const measured = checks.flatMap(({ name, state: is, ratio: of }) =>
    of === null
      ? []
      : [
          {
            name,
            state: is,
            margin: of.margin,
            mean: lossOf(of.ratio),
            lower: lossOf(of.upper),
            upper: lossOf(of.lower),
          },
        ],
  );
  return measured.length === 0 ? [] : [marginsPicture('p95 of the incumbent', measured)];
}

/** A slower p95 is a loss. */
function lossOf(value: number | null): number | null {
  return value === null ? null : 1 - value;
}

function foundIn({ detail, examples, ratio: measured }: CutoverCheck): Content {
  return [
    sentence(detail),
    ...(measured === null ? [] : ratioOf(measured)),
    ...(examples.length === 0
      ? []
      : [
          ': ',
          ...spansOf(
            joined(
              examples.map((example) => text(example)),
              '; ',
            ),
          ),
        ]),
  ];
}

function ratioOf(measured: NonNullable<CutoverCheck['ratio']>): readonly Span[] {
  const interval = bounds(measured.lower, measured.upper, ratio(null));
  return prose` (ratio ${ratio(measured.ratio)} ${interval}, margin ${setting(measured.margin)})`;
}
