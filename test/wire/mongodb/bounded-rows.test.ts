import { expect, it } from 'vitest';
import { boundedRows } from '../../../src/wire/mongodb/bounded-rows.ts';

it('a cursor that never ends is an answer that is malformed', async () => {
  let given = 0;
  async function* endless() {
    for (;;) yield ++given;
  }
  await expect(boundedRows(endless(), 10)).rejects.toThrow('more than 1010 rows');
  expect(given).toBe(1011);
});

it('what was asked for is given, and somewhat more too', async () => {
  async function* rows() {
    for (let row = 0; row < 15; row++) yield row;
  }
  expect(await boundedRows(rows(), 10)).toHaveLength(15);
});
