import { type Html, html } from '../html/tag.ts';
import type { DrawnEstimate, EstimatesChart } from '../picture/picture.ts';
import { intervalChart } from './intervals.ts';
import { placedScale } from './scales.ts';
import { shownName } from './shown-name.ts';

/** Estimates with their bounds, a row each, with the numbers at the right. */
export function estimatesChart({ scale, references, rows }: EstimatesChart): Html {
  const values = [
    ...references.map(({ at }) => at),
    ...rows.flatMap(({ estimates }) =>
      estimates.flatMap(({ at, lower, upper }) => [at, lower, upper]),
    ),
  ].filter((value) => value !== null);
  const { axis, at: placeOf } = placedScale(scale, values);
  const placed = (value: number | null): number | null => (value === null ? null : placeOf(value));
  return intervalChart({
    axis,
    references: references.flatMap(({ kind, at }) => {
      const place = placed(at);
      return place === null ? [] : [{ kind, at: place }];
    }),
    rows: rows.map(({ name, estimates }) => ({
      label: shownName(name),
      estimates: estimates.map(({ of, at, lower, upper }) => ({
        kind: of,
        at: placed(at),
        lower: placed(lower),
        upper: placed(upper),
      })),
      note: html`${estimates.map((estimate) => html`<span class="of ${estimate.of}">${textOf(estimate)}</span>`)}`,
      says: `${name}: ${estimates.map((estimate) => `${estimate.of} ${textOf(estimate)}`).join(', ')}`,
    })),
  });
}

function textOf({ at, lower, upper }: DrawnEstimate): string {
  const shown = (value: number | null): string =>
    value === null ? '–' : String(Number(value.toPrecision(4))).replace('-', '−');
  const interval = lower === null && upper === null ? '' : ` [${shown(lower)}, ${shown(upper)}]`;
  return `${shown(at)}${interval}`;
}
