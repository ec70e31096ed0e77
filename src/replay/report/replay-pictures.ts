import { OF_SIDES, type Picture } from '../../report/picture/picture.ts';
import { OUTCOME_KINDS } from '../../wire/outcome.ts';
import type { ReplayFindings } from '../find/replay-findings.ts';

const QUANTILES = ['p50', 'p95', 'p99'] as const;

/** How the requests of each side ended, and how long they took. */
export function sidesPictures({ sides }: ReplayFindings): Picture[] {
  return [
    {
      kind: 'picture',
      title: 'How the requests ended',
      caption: 'each arrival was put to both sides',
      chart: {
        kind: 'parts',
        rows: sides.map(({ side, counts }) => ({
          name: side,
          parts: OUTCOME_KINDS.flatMap((outcome) => {
            const count = counts[outcome] ?? 0;
            const tone = outcome === 'ok' ? ('good' as const) : ('bad' as const);
            return count === 0 ? [] : [{ name: outcome, tone, count }];
          }),
        })),
      },
    },
    {
      kind: 'picture',
      title: 'Response time',
      caption: 'in ms, from the intended time; what never ended has no place',
      chart: {
        kind: 'estimates',
        scale: { title: 'ms', kind: 'logarithmic', from: null, to: null },
        references: [],
        legend: OF_SIDES,
        rows: QUANTILES.map((quantile) => ({
          name: quantile,
          estimates: sides.map((side) => ({
            of: side.side,
            at: side[`${quantile}Ms`],
            lower: null,
            upper: null,
          })),
        })),
      },
    },
  ];
}

/** Candidate over incumbent, with bounds. */
export function ratioPicture({ ratios }: ReplayFindings): Picture {
  return {
    kind: 'picture',
    title: 'Response time of the candidate over the incumbent',
    caption: 'paired blocks, 95% bounds; right of 1 is slower',
    chart: {
      kind: 'estimates',
      scale: { title: 'ratio', kind: 'logarithmic', from: null, to: null },
      references: [{ kind: 'zero', at: 1 }],
      legend: [],
      rows: (['p50', 'p95'] as const).map((name) => {
        const { ratio: at, lower, upper } = ratios[name];
        return { name, estimates: [{ of: 'candidate', at, lower, upper }] };
      }),
    },
  };
}
