import {
  type DrawnEstimate,
  type EstimatesChart,
  type Picture,
  seriesOf,
} from '../../report/picture/picture.ts';
import type { CandidateFinding, CandidatesFindings } from './findings.ts';

/** Differences of every metric, candidate − incumbent, beside each other. */
export function qualityPicture({ candidates }: CandidatesFindings): Picture {
  return {
    kind: 'picture',
    title: 'Candidate − incumbent',
    caption: 'one-sided 95% bounds over needs; left of 0 is a loss',
    chart: {
      kind: 'estimates',
      scale: { title: 'difference', kind: 'linear', from: null, to: null },
      references: [{ kind: 'zero', at: 0 }],
      legend: legendOf(candidates),
      rows: rowsOf(candidates, ({ quality }) =>
        quality.map(({ cell, metric, difference: at, lower, upper }) => ({
          name: `${metric} of ${cell}`,
          estimate: { at, lower, upper },
        })),
      ),
    },
  };
}

/** Ratios of latency, candidate over incumbent, each of its own run. */
export function latencyPicture({ candidates }: CandidatesFindings): Picture {
  return {
    kind: 'picture',
    title: 'Latency, candidate over incumbent',
    caption: 'one-sided 95% bounds over paired blocks; right of 1 is slower',
    chart: {
      kind: 'estimates',
      scale: { title: 'ratio', kind: 'logarithmic', from: null, to: null },
      references: [{ kind: 'zero', at: 1 }],
      legend: legendOf(candidates),
      rows: rowsOf(candidates, ({ latency }) =>
        latency.map(({ cell, quantile, ratio: at, lower, upper }) => ({
          name: `${quantile} of ${cell}`,
          estimate: { at, lower, upper },
        })),
      ),
    },
  };
}

function legendOf(candidates: readonly CandidateFinding[]): EstimatesChart['legend'] {
  return candidates.map(({ label }, at) => ({ of: seriesOf(at), name: `${at + 1}: ${label}` }));
}

interface NamedEstimate {
  readonly name: string;
  readonly estimate: Omit<DrawnEstimate, 'of'>;
}

/** A row a name, in the order of the first candidate that has it. */
function rowsOf(
  candidates: readonly CandidateFinding[],
  figuresOf: (candidate: CandidateFinding) => readonly NamedEstimate[],
): EstimatesChart['rows'] {
  const all = candidates.flatMap((candidate, at) =>
    figuresOf(candidate).map(({ name, estimate }) => ({
      name,
      drawn: { of: seriesOf(at), ...estimate },
    })),
  );
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, of]) => ({
    name,
    estimates: of.map(({ drawn }) => drawn),
  }));
}
