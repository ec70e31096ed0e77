import { type Picture, seriesOf } from '../../report/picture/picture.ts';
import type { SweepFindings, SweepPointFinding } from '../find/findings.ts';
import { variantName } from './names.ts';

/** Recall against requests a second, a picture for each share that filters leave. */
export function sweepPictures(findings: SweepFindings): Picture[] {
  const bySelectivity = Map.groupBy(findings.points, ({ selectivity }) => selectivity);
  return [...bySelectivity].flatMap(([selectivity, points]) =>
    pictureOf(findings, points, selectivity),
  );
}

function pictureOf(
  findings: SweepFindings,
  points: readonly SweepPointFinding[],
  selectivity: number | null,
): Picture[] {
  const { k, concurrency, variants, reached } = findings;
  const targets = [...new Set(reached.map(({ target }) => target))];
  const lines = variants.flatMap((_, at) => {
    const places = points.flatMap(({ variant, recall, perSecond }) =>
      variant !== at || recall.mean === null || perSecond.median === null
        ? []
        : [[recall.mean, perSecond.median] as const],
    );
    const name = `${at + 1}: ${variantName(findings, at)}`;
    return places.length === 0 ? [] : [{ name, of: seriesOf(at), isDashed: false, points: places }];
  });
  if (lines.length === 0) return [];
  const filtered =
    selectivity === null ? '' : `, filters leave ${Number((selectivity * 100).toPrecision(3))}%`;
  return [
    {
      kind: 'picture',
      title: `Recall against requests a second${filtered}`,
      caption:
        'a mark is a setting, a line a backend; higher and further right is better; dashed: what is wanted',
      chart: {
        kind: 'lines',
        x: { title: `recall@${k}`, kind: 'nines', from: null, to: null },
        y: {
          title: `requests a second, ${concurrency} at a time`,
          kind: 'logarithmic',
          from: null,
          to: null,
        },
        lines,
        shade: null,
        marks: targets.map((at) => ({ at, label: `${at}` })),
      },
    },
  ];
}
