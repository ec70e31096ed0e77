import { plainLine, shortened } from '../../plain-text.ts';

/** Longest name that is shown whole. */
const NAME_LIMIT = 120;

/** A name from outside as a chart shows it. */
export function shownName(text: string): string {
  return shortened(plainLine(text), NAME_LIMIT);
}
