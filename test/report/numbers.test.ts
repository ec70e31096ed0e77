import { describe, expect, it } from 'vitest';
import type { NumberSpan } from '../../src/report/model.ts';
import { intervalText, numberText, shownInterval } from '../../src/report/numbers.ts';
import {
  bounds,
  change,
  count,
  difference,
  metric,
  ms,
  numeral,
  range,
  setting,
  share,
} from '../../src/report/spans.ts';

const written = (...spans: readonly NumberSpan[]) => spans.map(numberText);

describe('numbers', () => {
  it('are a dash where there is none, never NaN', () => {
    expect(
      written(metric(null), metric(undefined), metric(Number.NaN), share(null), difference(null)),
    ).toEqual(['–', '–', '–', '–', '–']);
  });

  it('have a true minus sign, and none on zero', () => {
    expect(
      written(metric(-0.5, 2), metric(-1e-9), metric(-0, 1), setting(-3), share(-0.5)),
    ).toEqual(['−0.50', '0.0000', '0.0', '−3', '−50.0%']);
  });

  it('carry a plus as differences and changes, but not at zero', () => {
    expect(
      written(difference(0.25, 2), difference(-0.25, 2), difference(0, 2), difference(1e-9, 2)),
    ).toEqual(['+0.25', '−0.25', '0.00', '0.00']);
    expect(written(change(0.125), change(-0.47))).toEqual(['+12.5%', '−47.0%']);
  });

  it('are grouped by threes as counts alone', () => {
    expect(written(count(1234567), count(-1234), count(999), setting(5432))).toEqual([
      '1,234,567',
      '−1,234',
      '999',
      '5432',
    ]);
  });

  it('are grouped before the point alone', () => {
    const style = { unit: 'count', precision: { significant: 2 }, signed: false } as const;
    expect(
      written(numeral(0.00282, style), numeral(12345.6, { ...style, precision: { digits: 4 } })),
    ).toEqual(['0.0028', '12,345.6000']);
  });

  it('have fixed, significant or exponential digits', () => {
    const style = { unit: 'metric', signed: false } as const;
    expect(
      written(
        ms(1.005, 2),
        numeral(0.123456, { ...style, precision: { significant: 3 } }),
        numeral(0.5, { ...style, precision: { significant: 3 } }),
        numeral(0.000123, { ...style, precision: { exponential: 2 } }),
      ),
    ).toEqual(['1.00', '0.123', '0.5', '1.23e-4']);
  });

  it('end in infinity where something never ended', () => {
    expect(written(ms(Number.POSITIVE_INFINITY), ms(Number.NEGATIVE_INFINITY))).toEqual([
      '∞',
      '−∞',
    ]);
  });
});

describe('intervals', () => {
  it('without any end are a dash to people', () => {
    expect(shownInterval(bounds(null, null))).toBe('–');
    expect(shownInterval(range(null, null, ms(null, 0)))).toBe('–');
    expect(shownInterval(bounds(null, 0.5))).toBe('[–, 0.5000]');
  });

  it('are bounds in brackets, or the least and greatest of what was seen', () => {
    expect(intervalText(bounds(Number.NEGATIVE_INFINITY, 1, metric(null, 1)))).toBe('[−∞, 1.0]');
    expect(intervalText(bounds(null, 0.5))).toBe('[–, 0.5000]');
    expect(intervalText(bounds(-0.1, 0.1, difference(null, 2)))).toBe('[−0.10, +0.10]');
    expect(intervalText(range(3, 40, ms(null, 0)))).toBe('3–40');
  });
});
