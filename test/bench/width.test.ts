import { describe, expect, it } from 'vitest';
import { widthOf } from '../../bench/screen-options.ts';

describe('columns of a terminal', () => {
  it('are those that it tells', () => expect(widthOf(120, { COLUMNS: '80' })).toBe(120));
  it.each([0, undefined])('are those of COLUMNS where it tells %s', (told) =>
    expect(widthOf(told, { COLUMNS: '132' })).toBe(132),
  );
  it.each(['', '0', 'wide'])('are 80 where COLUMNS is "%s" as well', (COLUMNS) =>
    expect(widthOf(0, { COLUMNS })).toBe(80),
  );
});
