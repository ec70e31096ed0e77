/** Level of a gate where nothing is said of other looks. */
export const ALPHA = 0.05;

/** One of several looks at the same question, and the level that it may spend. */
export interface Look {
  /** 1 for the first look, and for the only one. */
  readonly number: number;
  /** One-sided level of each gate. */
  readonly alpha: number;
}

/**
 * Level of look number j (1, 2, …) at the same question: α / 2^j, so that all looks together spend at most α.
 *
 * A single look that was declared to be the only one spends α whole.
 *
 * @throws RangeError where the look is no whole number from 1
 */
export function alphaOfLook(look: number, alpha = ALPHA): number {
  if (!Number.isInteger(look) || look < 1) {
    throw new RangeError(`looks are counted from 1, got ${look}`);
  }
  return alpha / 2 ** look;
}

/** Whether a look was declared to be the only one: it alone spends α whole. */
export function isOnlyLook({ alpha }: Look): boolean {
  return alpha === ALPHA;
}

/** The level of another look after this one; where none was counted, or none may follow, the level that stands now. */
export function alphaOfNextLook(look: Look | null): number {
  return look === null || isOnlyLook(look) ? ALPHA : alphaOfLook(look.number + 1);
}
