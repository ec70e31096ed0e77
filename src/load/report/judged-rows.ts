import { type LoadGate, objectiveName } from '../../gate/load/load-gate.ts';
import { beside, key, left, right, row } from '../../report/blocks.ts';
import type { NumberStyle, Row } from '../../report/model.ts';
import {
  bounds,
  count,
  MISSING,
  metric,
  ms,
  numeral,
  perSecond,
  prose,
  ratio,
  sentence,
  setting,
  state,
  strong,
  units,
} from '../../report/spans.ts';
import type { RatioFigure } from '../find/ratios.ts';
import type { RungFindings } from '../find/rung.ts';

/** Columns of `objectiveRow`. */
export const OBJECTIVE_COLUMNS = [
  key(right('offered/s')),
  key(left('objective')),
  right('limit'),
  right('measured'),
  beside(left('bounds')),
  right('n'),
  left('answer'),
  left('why'),
];

/** One objective at one rate. */
export function objectiveRow(gate: LoadGate): Row {
  const like = styleOf(gate);
  return row(
    [gate.ratePerSecond, objectiveName(gate.kind)],
    [
      perSecond(gate.ratePerSecond),
      objectiveName(gate.kind),
      setting(gate.margin),
      numeral(gate.mean, like),
      bounds(gate.lower, gate.upper, like),
      units(gate.n, gate.unit),
      gate.gated ? strong(state(gate.state)) : [state(gate.state), ' (advisory)'],
      sentence(gate.reason),
    ],
    {
      kind: 'gate',
      evidence: [{ kind: 'section', id: 'rates' }],
      name: gate.name,
      figures: prose`${numeral(gate.mean, like)} of ${setting(gate.margin)}`,
      isAdvisory: !gate.gated,
    },
  );
}

/** A percentile of single requests is in milliseconds; all that is paired or averaged is a fraction of 1. */
function styleOf({ unit }: LoadGate): NumberStyle {
  return unit === 'requests' ? ms(null) : metric(null);
}

/** Columns of `ratioRow`. */
export const RATIO_COLUMNS = [
  key(right('offered/s')),
  key(left('compared')),
  key(left('queries')),
  key(left('quantile')),
  right('ratio'),
  beside(left('95% bounds', 'ratio-bounds')),
  right('pairs'),
  right('censored'),
];

/** One ratio of the candidate, or of the incumbent itself, to the incumbent. */
export function ratioRow(
  { ratePerSecond }: Pick<RungFindings, 'ratePerSecond'>,
  compared: string,
  figure: RatioFigure,
): Row {
  const { ratio: value, lower, upper, n } = figure.ratio;
  const [incumbent, candidate] = figure.censored;
  return row(
    [ratePerSecond, compared, figure.exposure, figure.quantile],
    [
      perSecond(ratePerSecond),
      compared,
      figure.exposure === 'first' ? 'first touch' : 'repeats',
      ['p', setting(100 * figure.quantile)],
      ratio(value),
      lower === null && upper === null ? MISSING : bounds(lower, upper, ratio(null)),
      count(n),
      [count(incumbent), ' / ', count(candidate)],
    ],
  );
}
