/** Lists and objects within one another; a record with a filter or a vector needs three, an HTTP archive eight. */
export const MOST_DEPTH = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether a JSON text nests lists and objects deeper than `MOST_DEPTH`, strings left aside. A parser takes seconds and
 * gigabytes for millions of brackets, and what looks through the value afterwards runs out of stack.
 */
export function nestsTooDeep(text: string): boolean {
  if (!opensMoreThan(text, MOST_DEPTH)) return false;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MOST_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/** Whether brackets open more often than that at all: nearly no record does, and this is quick to see. */
function opensMoreThan(text: string, most: number): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}
