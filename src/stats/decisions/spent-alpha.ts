/**
 * Level of look number j (1, 2, …) at the same question: α / 2^j, so that all looks together spend at most α.
 *
 * A single look that was declared to be the only one spends α whole.
 *
 * @throws RangeError where the look is no whole number from 1
 */
export function alphaOfLook(look: number, alpha = 0.05): number {
  if (!Number.isInteger(look) || look < 1) {
    throw new RangeError(`looks are counted from 1, got ${look}`);
  }
  return alpha / 2 ** look;
}
