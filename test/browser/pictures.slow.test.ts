import { reportOf, section } from '../../src/report/blocks.ts';
import { checksPicture } from '../../src/report/picture/checks-picture.ts';
import { marginsPicture } from '../../src/report/picture/margins-picture.ts';
import { type Picture, seriesOf } from '../../src/report/picture/picture.ts';
import { renderHtml } from '../../src/report/render/html.ts';
import { describePage } from './browser.ts';

const LONG = 'results[].metadata.a_field_with_a_long_name_that_nobody_can_break_into_lines';

const scale = (title: string, kind: 'linear' | 'logarithmic') => ({
  title,
  kind,
  from: null,
  to: null,
});
const LINES: Picture = {
  kind: 'picture',
  title: 'Response time by offered rate',
  caption: 'p99',
  chart: {
    kind: 'lines',
    x: scale('offered requests a second', 'linear'),
    y: scale('ms', 'logarithmic'),
    lines: (['incumbent', 'candidate'] as const).map((of, at) => ({
      name: `p99 of the ${of}`,
      of,
      isDashed: at === 1,
      points: [50, 100, 200, 400].map((rate) => [rate, (at + 1) * rate ** 1.2] as const),
    })),
    shade: {
      name: 'the floor',
      of: 'noise',
      isDashed: false,
      points: [
        [50, 60],
        [400, 90],
      ],
    },
    marks: [
      { at: 200, label: 'knee of the incumbent' },
      { at: 400, label: 'knee of the candidate' },
    ],
  },
};
const WIRE: Picture = {
  kind: 'picture',
  title: 'The two wire forms',
  caption: '',
  chart: {
    kind: 'links',
    groups: [
      {
        name: 'search, success',
        links: [
          { incumbent: LONG, candidate: 'results[].id', by: 'rename', tone: 'neutral' },
          { incumbent: null, candidate: LONG, by: 'added', tone: 'neutral' },
          { incumbent: 'score', candidate: null, by: 'missing', tone: 'bad' },
        ],
      },
    ],
  },
};
const gate = { state: 'pass', margin: 0.01, mean: 0, lower: -0.004, upper: 0.003 };

const ESTIMATES: Picture = {
  kind: 'picture',
  title: 'Recall of two backends',
  caption: 'dashed: what is wanted',
  chart: {
    kind: 'estimates',
    scale: { title: 'recall@10', kind: 'nines', from: null, to: null },
    references: [{ kind: 'margin', at: 0.95 }],
    legend: [0, 1].map((at) => ({ of: seriesOf(at), name: `${at}: ${LONG}` })),
    rows: ['retrieve', LONG].map((name) => ({
      name,
      estimates: [0.9, 0.99].map((at, index) => ({
        of: seriesOf(index),
        at,
        lower: at - 0.05,
        upper: null,
      })),
    })),
  },
};

describePage({
  name: 'of pictures',
  html: () => {
    const checks = checksPicture('Checks', [
      { group: 'depth', state: 'same', tone: 'good' },
      { group: 'depth', state: 'different', tone: 'bad' },
      { group: LONG, state: 'unanswered', tone: 'unsure' },
    ]);
    const margins = marginsPicture('Quality', [
      { ...gate, name: 'recall@10' },
      { ...gate, name: LONG, state: 'fail', mean: -0.08, lower: -0.09, upper: -0.07 },
    ]);
    return renderHtml(reportOf([section('all', 'All', [LINES, WIRE, ESTIMATES, checks, margins])]));
  },
});
