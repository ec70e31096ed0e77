const ZERO = 0x30;

/** Whether the digits of a text have the check digit of a payment card (ISO/IEC 7812-1, Luhn's algorithm). */
export function passesLuhn(text: string): boolean {
  return isCard(text.replace(/\D/g, ''));
}

function isCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  let areSame = true;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - ZERO;
    areSame &&= digit === digits.charCodeAt(0) - ZERO;
    const doubled = at % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return !areSame && sum % 10 === 0;
}

/** Numbers of digits that cards have, the commonest first. */
const LENGTHS = [16, 15, 14, 19, 18, 17, 13];

/** Some digits in a row: where they stand, and how many digits stand before them. */
interface Group {
  readonly start: number;
  readonly end: number;
  readonly before: number;
}

/** A run of groups of digits. */
interface Run {
  readonly text: string;
  readonly digits: string;
  readonly groups: readonly Group[];
  /** The group that ends with so many digits of the run. */
  readonly endingAt: ReadonlyMap<number, number>;
  readonly mark: () => string;
}

/**
 * A run of groups of digits with each card number in it replaced. Groups belong to one card or to none, so that a
 * number beside a card does not hide it.
 */
export function withoutCards(text: string, mark: () => string): string {
  const groups: Group[] = [];
  const endingAt = new Map<number, number>();
  let before = 0;
  for (const { index, 0: group } of text.matchAll(/\d+/g)) {
    endingAt.set(before + group.length, groups.length);
    groups.push({ start: index, end: index + group.length, before });
    before += group.length;
  }
  const run = { text, digits: text.replace(/\D/g, ''), groups, endingAt, mark };
  return cleared(run, LENGTHS, { from: 0, to: groups.length, start: 0, end: text.length });
}

/** The commonest length is looked for in all of a part, the others between what was found. */
function cleared(
  run: Run,
  lengths: readonly number[],
  part: {
    readonly from: number;
    readonly to: number;
    readonly start: number;
    readonly end: number;
  },
): string {
  const { text, digits, groups, endingAt, mark } = run;
  const [length, ...others] = lengths;
  if (length === undefined) return text.slice(part.start, part.end);
  let clean = '';
  let { from, start } = part;
  for (let at = from; at < part.to; at++) {
    const first = groups[at] as Group;
    const last = endingAt.get(first.before + length);
    if (at < from || last === undefined || last >= part.to) continue;
    if (!isCard(digits.slice(first.before, first.before + length))) continue;
    clean += `${cleared(run, others, { from, to: at, start, end: first.start })}${mark()}`;
    from = last + 1;
    start = (groups[last] as Group).end;
  }
  return `${clean}${cleared(run, others, { ...part, from, start })}`;
}
