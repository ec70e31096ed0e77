import type { MeasureAttribution } from './types.ts';

/**
 * The measure that a headline is told in: that of the greatest disagreement among those whose replays were accepted,
 * among all where none was. Everything that ranks queries beside the headline ranks by it.
 */
export function tellingMeasure(
  measures: readonly MeasureAttribution[],
): MeasureAttribution | undefined {
  const sees = measures.filter(({ total }) => total > 0);
  const accepted = sees.filter((measure) => measure.accepted);
  return (accepted.length > 0 ? accepted : sees).toSorted((a, b) => b.total - a.total)[0];
}
