import { key, left, list, reportOf, right, row, section, table } from '../../report/blocks.ts';
import type { Content, ReportDocument } from '../../report/model.ts';
import type { Picture } from '../../report/picture/picture.ts';
import { count, prose, sentence, state } from '../../report/spans.ts';
import type { ReadTally } from '../../traffic/read/read-traffic.ts';
import type { CaptureFindings } from '../find/findings.ts';

/** One line of what a capture holds. */
export function captureSentence({ needsKept, needsSeen, requests }: CaptureFindings): string {
  return `${needsKept} of ${needsSeen} needs of ${requests} requests`;
}

/** The needs by frequency, and what was read, redacted and left out. */
export function captureReport(findings: CaptureFindings): ReportDocument {
  const { tally, strata } = findings;
  return reportOf(
    [
      section('needs', null, [
        table(
          [key(left('needs')), right('kept'), right('stand for'), right('requests')],
          strata.map((stratum) =>
            row(
              [stratum.name],
              [
                stratum.name,
                count(stratum.needs),
                count(stratum.represents),
                count(stratum.requests),
              ],
            ),
          ),
        ),
      ]),
      section('read', 'Read', [
        readPicture(tally),
        list([
          prose`${count(tally.read)} entries: ${count(tally.questions)} questions, ${count(tally.notReadOnly)} requests that read nothing, ${count(tally.undecoded)} that the dialect cannot read, ${count(tally.unreadable)} lines that are no request`,
          redactionLine(findings),
          prose`${count(findings.withBaseline)} needs with an answer of the incumbent, ${count(findings.unsteady)} of them answered otherwise at another time`,
          prose`${count(findings.arrivals)} arrival times, ${count(findings.standIns)} of needs that were not kept and are stood in for`,
        ]),
      ]),
    ],
    {
      title: 'Capture',
      verdict: {
        state: 'informational',
        tone: 'neutral',
        sentence: sentence(captureSentence(findings)),
      },
    },
  );
}

/** The entries of the log by what they are. */
function readPicture({ questions, notReadOnly, undecoded, unreadable }: ReadTally): Picture {
  return {
    kind: 'picture',
    title: 'What was read',
    caption: '',
    chart: {
      kind: 'parts',
      rows: [
        {
          name: 'entries',
          parts: [
            { name: 'questions', tone: 'good', count: questions },
            { name: 'that read nothing', tone: 'neutral', count: notReadOnly },
            { name: 'that the dialect cannot read', tone: 'unsure', count: undecoded },
            { name: 'that are no request', tone: 'bad', count: unreadable },
          ],
        },
      ],
    },
  };
}

function redactionLine({ redactions, redactedNeeds, asVectors }: CaptureFindings): Content {
  const found = Object.entries(redactions).map(([name, times]) => `${name} ${times}`);
  const what = found.length === 0 ? 'nothing' : found.join(', ');
  return [
    ...prose`redacted: ${what}, in ${count(redactedNeeds)} needs`,
    ...(asVectors ? [', texts kept as vectors alone: ', state('yes', 'neutral')] : []),
  ];
}
