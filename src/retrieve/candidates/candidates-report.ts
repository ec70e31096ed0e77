import type { VerdictState } from '../../gate/verdict.ts';
import {
  beside,
  key,
  left,
  paragraph,
  pictured,
  reportOf,
  right,
  row,
  section,
  tableSection,
} from '../../report/blocks.ts';
import type { ReportDocument } from '../../report/model.ts';
import {
  bounds,
  codeId,
  count,
  difference,
  metric,
  prose,
  ratio,
  sentence,
  state,
  text,
  things,
  toneOf,
} from '../../report/spans.ts';
import { latencyPicture, qualityPicture } from './candidates-pictures.ts';
import type { CandidatesFindings } from './findings.ts';

/** One report of several candidates; each has its own in its run. */
export function candidatesReport(
  findings: CandidatesFindings,
  answer: { readonly state: VerdictState; readonly sentence: string },
): ReportDocument {
  const { incumbent, candidates, sameTruth, complete } = findings;
  return reportOf(
    [
      section('candidates', null, [
        paragraph(
          prose`${things(candidates.length, 'candidate')} against ${text(incumbent)}, the same queries in the same order, one after the other.`,
        ),
        ...(complete ? [] : [paragraph('Interrupted: some candidates were not compared.')]),
        ...(sameTruth
          ? []
          : [
              paragraph(
                'The incumbent embedded the same texts otherwise in one run than in another: truths differ, and figures of two candidates are not of one scale.',
              ),
            ]),
      ]),
      tableSection('verdicts', 'Verdicts', {
        columns: [
          key(right('#', 'number')),
          left('candidate'),
          left('verdict'),
          left('over all candidates', 'held'),
          left('run'),
          left('why'),
        ],
        rows: candidates.map((candidate, at) =>
          row(
            [at],
            [
              count(at + 1),
              text(candidate.label),
              state(candidate.state),
              state(candidate.held),
              codeId('run', candidate.run),
              sentence(candidate.sentence),
            ],
            { kind: 'gate', name: prose`${count(at + 1)}: ${text(candidate.label)}` },
          ),
        ),
        notes: [
          paragraph(
            'Over all candidates: Holm’s adjustment over the tested gates of all of them together. A failure that does not hold after it is inconclusive. A pass is one claim a candidate, wrong with at most 5%: of several candidates that pass, one may well do so by chance.',
          ),
        ],
      }),
      pictured(
        tableSection('quality', 'Quality', {
          columns: [
            key(left('cell')),
            key(left('metric')),
            key(right('candidate', 'number')),
            right('incumbent'),
            right('candidate', 'value'),
            right('Δ', 'difference'),
            beside(left('one-sided 95%', 'bounds')),
          ],
          rows: rowsOf(findings, 'quality').map(({ at, entry }) =>
            row(
              [entry.cell, entry.metric, at],
              [
                entry.cell,
                entry.metric,
                count(at + 1),
                metric(entry.incumbent),
                metric(entry.candidate),
                difference(entry.difference),
                bounds(entry.lower, entry.upper, difference(null)),
              ],
            ),
          ),
        }),
        [qualityPicture(findings)],
      ),
      pictured(
        tableSection('latency', 'Latency, candidate over incumbent', {
          columns: [
            key(left('cell')),
            key(left('quantile')),
            key(right('candidate', 'number')),
            right('ratio'),
            beside(left('one-sided 95%', 'bounds')),
          ],
          rows: rowsOf(findings, 'latency').map(({ at, entry }) =>
            row(
              [entry.cell, entry.quantile, at],
              [
                entry.cell,
                entry.quantile,
                count(at + 1),
                ratio(entry.ratio),
                bounds(entry.lower, entry.upper, ratio(null)),
              ],
            ),
          ),
          notes: [
            paragraph(
              'Each ratio is of one run: candidates were not timed against each other, but each against the incumbent in interleaved blocks.',
            ),
          ],
        }),
        [latencyPicture(findings)],
      ),
    ],
    {
      title: 'Candidates',
      verdict: {
        state: answer.state,
        tone: toneOf(answer.state),
        sentence: sentence(answer.sentence),
        isPartial: !complete,
      },
    },
  );
}

/** Figures of all candidates, those of one name beside each other. */
function rowsOf<Name extends 'quality' | 'latency'>(
  { candidates }: CandidatesFindings,
  name: Name,
): {
  readonly at: number;
  readonly entry: CandidatesFindings['candidates'][number][Name][number];
}[] {
  const places = Math.max(0, ...candidates.map((candidate) => candidate[name].length));
  return Array.from({ length: places }, (_, place) =>
    candidates.flatMap((candidate, at) => {
      const entry = candidate[name][place];
      return entry === undefined ? [] : [{ at, entry }];
    }),
  ).flat();
}
