import { charactersOf, displayWidth } from './display-width.ts';

/** The first columns of a text on one line, with `…` where something was cut; wide characters are never halved. */
export function cutText(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let [shown, used] = ['', 0];
  for (const character of charactersOf(text)) {
    const next = displayWidth(character);
    if (used + next > width - 1) break;
    shown += character;
    used += next;
  }
  return `${shown}…`;
}
