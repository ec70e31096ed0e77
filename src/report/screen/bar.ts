import type { ScaledInterval } from '../scaled-gate.ts';

const LEAST = -3;
const GREATEST = 2;

/** Where the margin and no difference lie, as shares of a bar. */
export const AXIS_SHARE = { margin: 2 / 5, zero: 3 / 5 } as const;

/** Characters of a bar. */
interface Signs {
  readonly line: string;
  readonly at: string;
  readonly zero: string;
  readonly margin: string;
  readonly beyondLeft: string;
  readonly beyondRight: string;
}

const UNICODE: Signs = {
  line: '━',
  at: '●',
  zero: '│',
  margin: '┊',
  beyondLeft: '◀',
  beyondRight: '▶',
};
const ASCII: Signs = {
  line: '=',
  at: 'o',
  zero: '|',
  margin: ':',
  beyondLeft: '<',
  beyondRight: '>',
};

/**
 * An interval against its margin in `width` characters, worse on the left: `┊` is the margin, `│` no difference,
 * `●` the estimate.
 */
export function intervalBar(
  interval: ScaledInterval,
  width: number,
  { ascii }: { readonly ascii: boolean },
): string {
  const signs = ascii ? ASCII : UNICODE;
  const cell = (value: number): number =>
    Math.round(((value - LEAST) / (GREATEST - LEAST)) * (width - 1));
  const clipped = (value: number): number => Math.min(width - 1, Math.max(0, cell(value)));
  const cells = Array.from({ length: width }, () => ' ');
  const put = (at: number, sign: string): void => {
    cells[at] = sign;
  };
  if (interval.lower !== null && interval.upper !== null) {
    for (let at = clipped(interval.lower); at <= clipped(interval.upper); at++) put(at, signs.line);
    if (cell(interval.lower) < 0) put(0, signs.beyondLeft);
    if (cell(interval.upper) > width - 1) put(width - 1, signs.beyondRight);
  }
  put(cell(-1), signs.margin);
  put(cell(0), signs.zero);
  if (interval.mean !== null) {
    const at = cell(interval.mean);
    put(
      clipped(interval.mean),
      at < 0 ? signs.beyondLeft : at >= width ? signs.beyondRight : signs.at,
    );
  }
  return cells.join('').trimEnd();
}
