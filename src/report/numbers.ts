import type { IntervalSpan, NumberSpan, NumberStyle, Precision } from './model.ts';

const MINUS = '−';

/**
 * How a number is written everywhere: `–` where there is none, a true minus sign, none on a rounded zero, counts in
 * groups of three, shares and changes as percentages.
 */
export function numberText({ value, unit, precision, signed }: NumberSpan): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const isPercentage = unit === 'share' || unit === 'change';
  const text = digitsOf(isPercentage ? value * 100 : value, precision);
  const magnitude = text.replace(/^-/, '');
  const isZero = Number(magnitude) === 0;
  const sign = isZero ? '' : text.startsWith('-') ? MINUS : signed ? '+' : '';
  return `${sign}${unit === 'count' ? grouped(magnitude) : magnitude}${isPercentage ? '%' : ''}`;
}

/** Bounds as `[lower, upper]`, what was seen as `least–greatest`. */
export function intervalText({ of, lower, upper, ...style }: IntervalSpan): string {
  const [low, high] = [lower, upper].map((value) => numberText(spanOf(value, style)));
  return of === 'estimate' ? `[${low}, ${high}]` : `${low}–${high}`;
}

function spanOf(value: number | null, { unit, precision, signed }: NumberStyle): NumberSpan {
  return { kind: 'number', value, unit, precision, signed };
}

function digitsOf(value: number, precision: Precision): string {
  if ('digits' in precision) return value.toFixed(precision.digits);
  if ('exponential' in precision) return value.toExponential(precision.exponential);
  return String(Number(value.toPrecision(precision.significant)));
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

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
