/** How numbers are written in every table: `–` where there is none, a true minus sign, fixed digits. */
export function fixed(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (value === Number.NEGATIVE_INFINITY) return '−∞';
  const text = value.toFixed(digits);
  const zero = Number(text) === 0;
  return zero ? (0).toFixed(digits) : text.replace('-', '−');
}

/** A number with its sign, for differences. */
export function signed(value: number | null | undefined, digits = 4): string {
  const text = fixed(value, digits);
  return text === '–' || text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
}

/** `[lower, upper]` of two bounds. */
export function interval(
  lower: number | null | undefined,
  upper: number | null | undefined,
  digits = 4,
): string {
  return `[${fixed(lower, digits)}, ${fixed(upper, digits)}]`;
}

/** A share as a percentage. */
export function percent(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? '–' : `${fixed(value * 100, digits)}%`;
}

/** A whole number with thin groups of three, e.g. `12,345`. */
export function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** Text from outside, made harmless inside a Markdown table cell. */
export function cellText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/([\\`*_{}[\]<>|#])/g, '\\$1')
    .slice(0, 200);
}
