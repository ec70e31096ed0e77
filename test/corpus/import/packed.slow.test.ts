import { expect, test } from 'vitest';
import { damageIsNoticed } from './bzip2-files.ts';

test('bzip2 that is cut anywhere, or has any fifth bit turned, is an error and never other bytes', async () => {
  expect(await damageIsNoticed({ cut: 1, bit: 5 })).toEqual([]);
});
