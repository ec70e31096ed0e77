import { key, left, list, reportOf, right, row, section, table } from '../../report/blocks.ts';
import type { ReportDocument } from '../../report/model.ts';
import { marginsPicture } from '../../report/picture/margins-picture.ts';
import {
  bounds,
  count,
  difference,
  metric,
  prose,
  sentence,
  setting,
  state,
  things,
  toneOf,
} from '../../report/spans.ts';
import type { BaselineFindings, BaselineVerdict } from '../judge/judge-baseline.ts';

/** The gates of a comparison with a baseline, what was left out, and the noise that is known. */
export function baselineReport(
  {
    gates,
    needs,
    leftOut,
    unasked = 0,
    unexpressed = [],
    withoutRows,
    repeated,
    floor,
  }: BaselineFindings,
  { verdict, sentence: answer }: BaselineVerdict,
): ReportDocument {
  const columns = [
    key(left('gate')),
    left('state'),
    right('n'),
    right('mean'),
    right('90% interval'),
    right('margin'),
  ];
  const rows = gates.map((gate) =>
    row(
      [gate.name],
      [
        gate.name,
        state(gate.state),
        count(gate.n),
        difference(gate.mean),
        bounds(gate.lower, gate.upper),
        setting(gate.margin),
      ],
      {
        kind: 'gate',
        figures: prose`${difference(gate.mean)} ${bounds(gate.lower, gate.upper)} of margin ${setting(gate.margin)}, ${things(gate.n, 'need')}`,
      },
    ),
  );
  return reportOf(
    [
      section('gates', null, [
        marginsPicture('Claims in units of the margin', gates),
        table(columns, rows),
        list([
          prose`${things(needs, 'need')} compared, ${count(leftOut)} left out: redacted, or without an answer of the incumbent`,
          ...unexpressed.map(
            ({ why, needs: some }) =>
              prose`${things(some, 'need')} that the candidate cannot be asked: ${sentence(why)}`,
          ),
          ...(unasked === 0 ? [] : [prose`${things(unasked, 'need')} not asked: interrupted`]),
          ...(withoutRows === 0
            ? []
            : [
                prose`of ${things(withoutRows, 'need')} no lists are compared: the incumbent answered without a row, and nothing tells whether that is right`,
              ]),
          prose`the incumbent answered ${count(repeated)} of them twice; its answers are ${metric(floor?.overlap)} (1 − overlap) and ${metric(floor?.rbo)} (1 − RBO) apart`,
        ]),
      ]),
    ],
    { verdict: { state: verdict, tone: toneOf(verdict), sentence: sentence(answer) } },
  );
}
