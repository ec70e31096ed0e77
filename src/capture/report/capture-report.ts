import { counted } from '../../counted.ts';
import { key, left, list, reportOf, right, row, section, table } from '../../report/blocks.ts';
import type { Content, ReportDocument } from '../../report/model.ts';
import type { Picture } from '../../report/picture/picture.ts';
import { count, prose, sentence, state, things } from '../../report/spans.ts';
import type { ReadTally } from '../../traffic/read/read-traffic.ts';
import type { CaptureFindings } from '../find/findings.ts';

/** One line of what a capture holds. */
export function captureSentence({ needsKept, needsSeen, requests }: CaptureFindings): string {
  return `${needsKept} of ${counted(needsSeen, 'need')} kept, from ${counted(requests, 'request')}`;
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
          prose`${things(tally.read, 'entry', 'entries')}: ${things(tally.questions, 'question')}, ${things(tally.notReadOnly, 'request that reads', 'requests that read')} nothing, ${count(tally.undecoded)} that the dialect cannot read, ${things(tally.unreadable, 'line that is', 'lines that are')} no request`,
          redactionLine(findings),
          prose`${things(findings.withBaseline, 'need')} with an answer of the incumbent, ${count(findings.unsteady)} of them answered otherwise at another time`,
          prose`${things(findings.arrivals, 'arrival time')}, ${count(findings.standIns)} of needs that were not kept, with others in their place`,
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
    ...prose`redacted: ${what}, in ${things(redactedNeeds, 'need')}`,
    ...(asVectors ? [', texts kept as vectors alone: ', state('yes', 'neutral')] : []),
  ];
}
