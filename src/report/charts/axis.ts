/** One axis of a chart: where a value stands, and what is written along it. */
export interface Axis {
  /** Least and greatest value that is shown. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  readonly title: string;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Place of a value along an axis, 0 to 1; a value beyond an end stands at that end. */
export function placeOn({ domain: [least, greatest] }: Axis, value: number): number {
  if (greatest === least) return 0.5;
  return Math.min(1, Math.max(0, (value - least) / (greatest - least)));
}

/** The same as a percentage with two digits, for attributes. */
export function percentOn(axis: Axis, value: number): string {
  return `${Number((placeOn(axis, value) * 100).toFixed(2))}%`;
}

/** About `count` round numbers within a domain. */
export function roundTicks([least, greatest]: readonly [number, number], count = 5): number[] {
  const span = greatest - least;
  if (!(span > 0)) return [least];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(greatest / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
}

/** An axis over a domain with round numbers. */
export function linearAxis(
  domain: readonly [number, number],
  title: string,
  label: (value: number) => string = (value) => String(value).replace('-', '−'),
): Axis {
  return { domain, title, ticks: roundTicks(domain).map((at) => ({ at, label: label(at) })) };
}

/** Highest number of nines that is told apart; more, and 1 itself, stand at the end of the axis. */
const MOST_NINES = 4;

/** −log10(1 − value): 0.9 is 1, 0.99 is 2; at most the end of the axis. */
export function ninesOf(value: number): number {
  return Math.min(MOST_NINES, Math.max(0, -Math.log10(1 - Math.min(1, value))));
}

/** An axis on which each further nine takes as much room as the one before. */
export function ninesAxis(title: string): Axis {
  const labels = ['0', '0.9', '0.99', '0.999', '1'];
  return { domain: [0, MOST_NINES], title, ticks: labels.map((label, at) => ({ at, label })) };
}
