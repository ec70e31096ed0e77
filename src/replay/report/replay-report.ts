import { counted } from '../../counted.ts';
import { key, left, list, reportOf, right, row, section, table } from '../../report/blocks.ts';
import type { Content, ReportDocument } from '../../report/model.ts';
import {
  bounds,
  count,
  metric,
  ms,
  prose,
  ratio,
  sentence,
  text,
  things,
} from '../../report/spans.ts';
import type { ReplayFindings } from '../find/replay-findings.ts';
import { ratioPicture, sidesPictures } from './replay-pictures.ts';

/** One line of what a replay came to: how much each side answered, and how fast. */
export function replaySentence({ arrivals, speed, sides, isComplete }: ReplayFindings): string {
  const [incumbent, candidate] = sides;
  const times = [incumbent, candidate].map(({ p95Ms }) =>
    p95Ms === null ? 'none' : `${p95Ms.toFixed(2)} ms`,
  );
  return `${isComplete ? '' : 'interrupted: '}of ${counted(arrivals, 'arrival')} at ${speed} times the recorded speed, the incumbent answered ${incumbent.counts.ok ?? 0} and the candidate ${candidate.counts.ok ?? 0}; p95 ${times.join(' and ')}`;
}

/** Both sides' tally, response times and recall, and how they compare. */
export function replayReport(findings: ReplayFindings): ReportDocument {
  const { capture, sides, ratios, overlap, rbo, withoutRows, slipP99Ms } = findings;
  const { leftOut, isComplete, wholePairs, pairs, floor, repeated, unread } = findings;
  const compared = (name: 'p50' | 'p95'): Content => {
    const { ratio: value, lower, upper, n } = ratios[name];
    const over = prose`${name} of the candidate over the incumbent: ${ratio(value)}`;
    return lower === null && upper === null
      ? prose`${over}, without bounds over ${things(n, 'pair of blocks', 'pairs of blocks')}`
      : prose`${over} ${bounds(lower, upper, ratio(null))} over ${things(n, 'pair of blocks', 'pairs of blocks')}`;
  };
  return reportOf(
    [
      section('sides', null, [
        ...sidesPictures(findings),
        table(
          [
            key(left('side')),
            right('scheduled'),
            left('ended'),
            right('p50 ms'),
            right('p95 ms'),
            right('p99 ms'),
            right('recall'),
          ],
          sides.map((side) =>
            row(
              [side.side],
              [
                side.side,
                count(side.scheduled),
                Object.entries(side.counts)
                  .map(([outcome, times]) => `${outcome} ${times}`)
                  .join(', '),
                ms(side.p50Ms),
                ms(side.p95Ms),
                ms(side.p99Ms),
                metric(side.recall),
              ],
            ),
          ),
        ),
      ]),
      section('comparison', 'Comparison', [
        ratioPicture(findings),
        list([
          ...(isComplete
            ? []
            : [
                prose`interrupted: times, ratios, recall and agreement are of the ${count(wholePairs)} of ${things(pairs, 'pair of blocks', 'pairs of blocks')} that were sent and waited for whole`,
              ]),
          compared('p50'),
          compared('p95'),
          prose`answers to the same arrivals are ${metric(overlap)} (1 − overlap) and ${metric(rbo)} (1 − RBO) apart`,
          ...(floor === null
            ? []
            : [
                prose`the incumbent's own answers to ${things(repeated, 'need')} that came more than once are ${metric(floor.overlap)} and ${metric(floor.rbo)} apart: no difference of the sides below that is one`,
              ]),
          ...(unread === 0
            ? []
            : [
                prose`${things(unread, 'arrival has', 'arrivals have')} no recall: more different answers came than are kept`,
              ]),
          ...(withoutRows === 0
            ? []
            : [
                prose`${things(withoutRows, 'arrival was', 'arrivals were')} answered without a row by both sides, which shows no agreement`,
              ]),
          prose`the arrivals are those of ${text(capture)}`,
          prose`the driver was behind its schedule by ${ms(slipP99Ms)} ms at p99; ${things(leftOut, 'arrival was', 'arrivals were')} left out, since a side cannot be asked in one request`,
        ]),
      ]),
    ],
    {
      title: 'Replay',
      verdict: {
        state: 'informational',
        tone: 'neutral',
        sentence: sentence(replaySentence(findings)),
        isPartial: !isComplete,
      },
    },
  );
}
