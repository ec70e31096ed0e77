import type { DrawnLine, Picture, Scale } from '../../report/picture/picture.ts';
import type { LoadFindings } from '../find/load-findings.ts';
import type { RungFindings, SideFigures } from '../find/rung.ts';
import { SIDES } from '../record/blocks.ts';

const OFFERED: Scale = { title: 'offered requests a second', kind: 'linear', from: null, to: null };

/** Latency and recall of both sides over the offered rate, above the floor of the harness. */
export function ladderPictures({
  rungs,
  capacities,
}: Pick<LoadFindings, 'rungs' | 'capacities'>): Picture[] {
  const marks = (capacities ?? []).flatMap(({ rate }, at) =>
    rate > 0 ? [{ at: rate, label: `${SIDES[at]} holds the objective up to here` }] : [],
  );
  const recall = linesOf(rungs, '', (side) => side.recall);
  return [
    {
      kind: 'picture',
      title: 'Response time by offered rate',
      caption: 'from the intended send time; p50 dashed, p99 whole',
      chart: {
        kind: 'lines',
        x: OFFERED,
        y: { title: 'ms', kind: 'logarithmic', from: null, to: null },
        lines: [
          ...linesOf(rungs, 'p99 of the ', ({ summary }) => summary?.response.p99Ms),
          ...linesOf(rungs, 'p50 of the ', ({ summary }) => summary?.response.p50Ms, true),
        ],
        shade: {
          name: 'below the p50 of the harness itself: nothing can be seen there',
          of: 'noise',
          isDashed: false,
          points: pointsOf(rungs, ({ floor }) => floor.response.p50Ms),
        },
        marks,
      },
    },
    ...(recall.length === 0
      ? []
      : [
          {
            kind: 'picture',
            title: 'Recall under load',
            caption: 'failed requests count as 0',
            chart: {
              kind: 'lines',
              x: OFFERED,
              y: { title: 'recall', kind: 'linear', from: lowestOf(recall), to: 1 },
              lines: recall,
              shade: null,
              marks,
            },
          } as const,
        ]),
  ];
}

/** Throughput over concurrency, with the knee of each side. */
export function kneePicture(knees: NonNullable<LoadFindings['knees']>): Picture {
  return {
    kind: 'picture',
    title: 'Throughput by requests at once',
    caption: 'the knee is where doubling gains less than 5%',
    chart: {
      kind: 'lines',
      x: { title: 'requests at once', kind: 'logarithmic', from: null, to: null },
      y: { title: 'requests a second', kind: 'linear', from: 0, to: null },
      lines: knees.map(({ points }, at) => ({
        name: SIDES[at] ?? '',
        of: SIDES[at] ?? 'incumbent',
        isDashed: false,
        points: points.map((point) => [point.concurrency, point.throughputPerSecond] as const),
      })),
      shade: null,
      marks: knees.map(({ concurrency, atCeiling }, at) => ({
        at: concurrency,
        label: `${atCeiling ? 'end' : 'knee'} of the ${SIDES[at]}`,
      })),
    },
  };
}

/** Where an axis of recall begins, so that a small loss does not look like a great one. */
function lowestOf(lines: readonly DrawnLine[]): number {
  const least = Math.min(...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  return Math.max(0, Math.min(0.9, least - 0.05));
}

/** A line a side through what is known of it; none where nothing is. */
function linesOf(
  rungs: readonly RungFindings[],
  of: string,
  value: (side: SideFigures) => number | null | undefined,
  isDashed = false,
): DrawnLine[] {
  return SIDES.flatMap((side, at) => {
    const points = pointsOf(rungs, ({ sides }) => {
      const figures = sides[at];
      return figures === undefined ? null : value(figures);
    });
    return points.length === 0 ? [] : [{ name: `${of}${side}`, of: side, isDashed, points }];
  });
}

function pointsOf(
  rungs: readonly RungFindings[],
  value: (rung: RungFindings) => number | null | undefined,
): DrawnLine['points'] {
  return rungs
    .flatMap((rung) => {
      const known = value(rung) ?? null;
      return known === null || !Number.isFinite(known)
        ? []
        : [[rung.ratePerSecond, known] as const];
    })
    .toSorted(([a], [b]) => a - b);
}
