import { type Html, html } from '../html/tag.ts';
import type { MarginsChart } from '../picture/picture.ts';
import type { Axis } from './axis.ts';
import { intervalChart, type Reference } from './intervals.ts';
import { shownName } from './shown-name.ts';

/** In units of the margin: a loss as large as the margin is −1 for every gate. */
export const MARGIN_AXIS: Axis = {
  domain: [-3, 2],
  ticks: [-3, -2, -1, 0, 1, 2].map((at) => ({
    at,
    label: at === -1 ? '−margin' : String(at).replace('-', '−'),
  })),
  title: 'candidate worse  ←  difference in units of the margin  →  candidate better',
};

/** No difference, and a loss as large as the margin. */
export const MARGIN_LINES: readonly Reference[] = [
  { kind: 'zero', at: 0 },
  { kind: 'margin', at: -1 },
];

/** Gates of any kind of run over their margins. */
export function marginsChart({ rows }: MarginsChart): Html {
  return intervalChart({
    axis: MARGIN_AXIS,
    references: MARGIN_LINES,
    rows: rows.map(({ name, state, tone, mean, lower, upper }) => ({
      label: shownName(name),
      estimates: [{ kind: tone, at: mean, lower, upper }],
      note: html`<span class="state ${tone}">${state}</span>`,
      says: `${name}: ${state}`,
    })),
  });
}
