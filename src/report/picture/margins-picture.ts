import { toneOf } from '../spans.ts';
import type { Picture } from './picture.ts';

/** A gate whose estimate is a difference, below zero where the candidate is worse. */
interface DifferenceGate {
  readonly name: string;
  readonly state: string;
  readonly margin: number | null;
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Gates over their margins; those without one have no place there. */
export function marginsPicture(title: string, gates: readonly DifferenceGate[]): Picture {
  return {
    kind: 'picture',
    title,
    caption: 'a gate passes where its whole bar lies to the right of the dashed line',
    chart: {
      kind: 'margins',
      rows: gates.flatMap(({ name, state, margin, mean, lower, upper }) => {
        if (margin === null || margin <= 0) return [];
        const scaled = (value: number | null) => (value === null ? null : value / margin);
        const [at, from, to] = [scaled(mean), scaled(lower), scaled(upper)];
        return [{ name, state, tone: toneOf(state), mean: at, lower: from, upper: to }];
      }),
    },
  };
}
