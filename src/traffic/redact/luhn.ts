/** Whether the digits of a text have the check digit of a payment card (ISO/IEC 7812-1, Luhn's algorithm). */
export function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Numbers of digits that cards have, the commonest first. */
const LENGTHS = [16, 15, 14, 19, 18, 17, 13];

/**
 * A run of groups of digits with each card number in it replaced. Groups belong to one card or to none, so that a
 * number beside a card does not hide it.
 */
export function withoutCards(run: string, mark: () => string): string {
  const groups = [...run.matchAll(/\d+/g)].map(({ index, 0: digits }) => ({
    start: index,
    end: index + digits.length,
  }));
  for (const length of LENGTHS) {
    for (const [from, first] of groups.entries()) {
      let digits = 0;
      for (const last of groups.slice(from)) {
        digits += last.end - last.start;
        if (digits > length) break;
        if (digits < length || !passesLuhn(run.slice(first.start, last.end))) continue;
        const before = withoutCards(run.slice(0, first.start), mark);
        return `${before}${mark()}${withoutCards(run.slice(last.end), mark)}`;
      }
    }
  }
  return run;
}
