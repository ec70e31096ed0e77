import { describe, expect, it } from 'vitest';
import { cellText, fixed, interval, percent, signed, whole } from '../../src/report/numbers.ts';

describe('numbers in tables', () => {
  it('are a dash where there is none, never NaN', () => {
    expect([fixed(null), fixed(undefined), fixed(Number.NaN), percent(null), signed(null)]).toEqual(
      ['–', '–', '–', '–', '–'],
    );
  });

  it('have a true minus sign, and none on zero', () => {
    expect([fixed(-0.5, 2), fixed(-1e-9, 4), fixed(-0, 1)]).toEqual(['−0.50', '0.0000', '0.0']);
  });

  it('carry a plus as differences, but not at zero', () => {
    expect([signed(0.25, 2), signed(-0.25, 2), signed(0, 2), signed(1e-9, 2)]).toEqual([
      '+0.25',
      '−0.25',
      '0.00',
      '0.00',
    ]);
  });

  it('show infinities and intervals', () => {
    expect(interval(Number.NEGATIVE_INFINITY, 1, 1)).toBe('[−∞, 1.0]');
    expect(fixed(Number.POSITIVE_INFINITY)).toBe('∞');
    expect(whole(1234567)).toBe('1,234,567');
    expect(percent(0.1234)).toBe('12.3%');
  });
});

describe('text from outside', () => {
  it('stays one harmless cell of a Markdown table', () => {
    expect(cellText('a|b\n<script>`x`[y](z)')).toBe('a\\|b \\<script\\>\\`x\\`\\[y\\](z)');
    expect(cellText('x'.repeat(500))).toHaveLength(200);
  });
});
