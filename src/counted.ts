/**
 * A number with what it counts: `1 query`, `12 queries`. The words may go on to a verb, which has a form for one as well:
 * `counted(1, 'query differs', 'queries differ')`.
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How names are listed. */
export interface NamedOptions {
  /** What stands between two; a comma by default. */
  readonly between?: string;
  /** How many there are, where not all of them are given. */
  readonly of?: number;
}

/** The first of some names, and how many others there are: `a, b, c and 4 more`. */
export function firstNamed(
  names: readonly string[],
  most: number,
  { between = ', ', of = names.length }: NamedOptions = {},
): string {
  const shown = names.slice(0, most);
  const more = of - shown.length;
  return `${shown.join(between)}${more === 0 ? '' : ` and ${more} more`}`;
}
