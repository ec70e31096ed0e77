import type { IntervalSpan, NumberPrecision, NumberSpan, NumberStyle } from './model.ts';

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

/** The same where only figures that are known are shown: an interval without any end is a dash. */
export function shownInterval(interval: IntervalSpan): string {
  const { lower, upper } = interval;
  return lower === null && upper === null ? '–' : intervalText(interval);
}

/** Bounds as `[lower, upper]`, what was seen as `least–greatest`. */
export function intervalText({ of, lower, upper, ...style }: IntervalSpan): string {
  const [low, high] = [lower, upper].map((value) => numberText(spanOf(value, style)));
  return of === 'estimate' ? `[${low}, ${high}]` : `${low}–${high}`;
}

function spanOf(value: number | null, { unit, precision, signed }: NumberStyle): NumberSpan {
  return { kind: 'number', value, unit, precision, signed };
}

function digitsOf(value: number, precision: NumberPrecision): string {
  if ('digits' in precision) return value.toFixed(precision.digits);
  if ('exponential' in precision) return value.toExponential(precision.exponential);
  return String(Number(value.toPrecision(precision.significant)));
}

function grouped(digits: string): string {
  const [whole = '', ...rest] = digits.split('.');
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...rest].join('.');
}
