import type { Scale } from '../picture/picture.ts';
import { type Axis, linearAxis, ninesAxis, ninesOf, roundTicks } from './axis.ts';

/** A scale over some values: its axis, and the place of a value on that axis. */
export interface PlacedScale {
  readonly axis: Axis;
  /** The value in the unit of the axis; null where it has no place there. */
  readonly at: (value: number) => number | null;
}

/** Round ticks over the values, with a little room at both ends. */
export function placedScale(
  { kind, title, from, to }: Scale,
  values: readonly number[],
): PlacedScale {
  const all = [...values.filter(Number.isFinite), ...[from, to].filter((end) => end !== null)];
  if (kind === 'nines') {
    return {
      axis: ninesAxis(title),
      at: (value) => (Number.isFinite(value) ? ninesOf(value) : null),
    };
  }
  if (kind === 'logarithmic') {
    const shown = all.filter((value) => value > 0);
    return {
      axis: logarithmicAxis(shown.length === 0 ? [1, 10] : shown, `${title}, logarithmic`),
      at: (value) => (value > 0 && Number.isFinite(value) ? Math.log10(value) : null),
    };
  }
  const [least, greatest] =
    all.length === 0 ? ([0, 1] as const) : ([Math.min(...all), Math.max(...all)] as const);
  // One value alone stands in the middle of as much as itself.
  const span = greatest - least || Math.abs(least) || 1;
  const room = span * (greatest > least ? 0.05 : 0.5);
  return {
    axis: linearAxis([from ?? least - room, to ?? greatest + room], title),
    at: (value) => (Number.isFinite(value) ? value : null),
  };
}

/** Fewer ticks than this say nothing of a scale. */
const LEAST_TICKS = 3;

/** Powers of ten as their logarithms, with 1, 2 and 5 of each; round numbers where the values lie within one of these. */
export function logarithmicAxis(values: readonly number[], title: string): Axis {
  const [least, greatest] = [
    Math.log10(Math.min(...values)) - 0.05,
    Math.log10(Math.max(...values)) + 0.05,
  ];
  const ticks: { at: number; label: string }[] = [];
  for (let power = Math.floor(least); power <= greatest; power++) {
    for (const digit of [1, 2, 5]) {
      const at = power + Math.log10(digit);
      if (at >= least && at <= greatest)
        ticks.push({ at, label: String(Number((digit * 10 ** power).toPrecision(3))) });
    }
  }
  if (ticks.length >= LEAST_TICKS) return { domain: [least, greatest], ticks, title };
  const round = roundTicks([10 ** least, 10 ** greatest]).filter((value) => value > 0);
  const close = round.map((value) => ({ at: Math.log10(value), label: String(value) }));
  return { domain: [least, greatest], ticks: close, title };
}
