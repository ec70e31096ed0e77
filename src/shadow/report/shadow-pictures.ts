import { marginsPicture } from '../../report/picture/margins-picture.ts';
import type { Picture } from '../../report/picture/picture.ts';
import { failingClaims, type ShadowEvidence, type ShadowWindow } from '../judge/evidence.ts';
import type { ShadowTally } from '../record/shadow-record.ts';

const MS_PER_HOUR = 3_600_000;

/** The claims over all needs: a sequential gate has an estimate and no interval. */
export function claimsPicture({ gates }: ShadowEvidence): Picture {
  return {
    ...marginsPicture(
      'Mean differences in units of the margin',
      gates.map((gate) => ({ ...gate, lower: null, upper: null })),
    ),
    caption: 'each claim is decided by its bet against the margin, and not by an interval',
  };
}

/** Requests by window of the clock, with the windows in which a claim fails; none before the second window. */
export function windowsPictures({ windows }: ShadowEvidence): Picture[] {
  const [first] = windows;
  if (first === undefined || windows.length < 2) return [];
  const hourOf = ({ startMs }: ShadowWindow): number => (startMs - first.startMs) / MS_PER_HOUR;
  return [
    {
      kind: 'picture',
      title: 'Requests by window',
      caption: 'dashed: a window in which a claim fails',
      chart: {
        kind: 'lines',
        x: { title: 'hours since the first window', kind: 'linear', from: 0, to: null },
        y: { title: 'mirrored requests', kind: 'linear', from: 0, to: null },
        lines: [
          {
            name: 'mirrored requests',
            of: 'incumbent',
            isDashed: false,
            points: windows.map((window) => [hourOf(window), window.rows] as const),
          },
        ],
        shade: null,
        marks: windows.flatMap((window) => {
          const failing = failingClaims(window);
          return failing.length === 0 ? [] : [{ at: hourOf(window), label: failing.join(', ') }];
        }),
      },
    },
  ];
}

/** What became of the requests that were seen. */
export function trafficPicture(tally: ShadowTally): Picture {
  const { mirrored, sampledOut, dropped, notReadOnly, open } = tally;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return {
    kind: 'picture',
    title: 'Requests that were seen',
    caption: `${tally.seen} in all`,
    chart: {
      kind: 'parts',
      rows: [
        {
          name: 'requests',
          parts: [
            { name: 'mirrored', tone: 'good', count: mirrored },
            { name: 'sampled out', tone: 'neutral', count: sampledOut },
            { name: 'that read nothing', tone: 'neutral', count: notReadOnly },
            { name: 'under way', tone: 'neutral', count: open },
            { name: 'dropped', tone: 'unsure', count: lost },
          ],
        },
      ],
    },
  };
}
