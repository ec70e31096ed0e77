/** Mark of a piece that continues a word, as WordPiece writes it. */
export const CONTINUES = '##';

/** Pieces of a word, longest match first from the left, as WordPiece cuts it; null where a character is unknown. */
export function cutWord(word: string, pieces: ReadonlySet<string>): readonly string[] | null {
  const characters = [...word];
  const cut: string[] = [];
  let start = 0;
  while (start < characters.length) {
    const mark = start === 0 ? '' : CONTINUES;
    let end = characters.length;
    while (end > start && !pieces.has(mark + characters.slice(start, end).join(''))) end -= 1;
    if (end === start) return null;
    cut.push(mark + characters.slice(start, end).join(''));
    start = end;
  }
  return cut;
}

/**
 * Every misspelling of a word by one slip of the hand: a letter left out, doubled, exchanged with the
 * next, or replaced by (or followed by) its neighbours in the alphabet and three common letters.
 */
export function misspellings(word: string): readonly string[] {
  const found = new Set<string>();
  for (let i = 0; i < word.length; i++) {
    const before = word.slice(0, i);
    const letter = word.charAt(i);
    const after = word.slice(i + 1);
    found.add(before + after);
    found.add(before + letter + letter + after);
    found.add(before + after.slice(0, 1) + letter + after.slice(1));
    for (const other of otherLetters(letter)) {
      found.add(before + other + after);
      found.add(before + letter + other + after);
    }
  }
  found.delete(word);
  return [...found];
}

/** A word as it is counted when pieces are chosen: how often it is expected, and how it may be spelled. */
export interface SpelledWord {
  readonly weight: number;
  readonly spellings: readonly string[];
}

/**
 * Chooses at most `count` pieces of two characters and more: those that cut the given spellings into the
 * fewest pieces, judged by how many characters they cover in the cuts of two rounds.
 */
export function choosePieces(
  words: readonly SpelledWord[],
  whole: ReadonlySet<string>,
  characters: ReadonlySet<string>,
  count: number,
): readonly string[] {
  let candidates = candidatePieces(words, whole);
  for (const keep of [3 * count, count]) {
    const known = new Set([...whole, ...characters, ...candidates]);
    const covered = new Map<string, number>();
    for (const { weight, spellings } of words) {
      for (const spelling of spellings) {
        for (const piece of cutWord(spelling, known) ?? []) {
          const length = piece.replace(CONTINUES, '').length - 1;
          covered.set(piece, (covered.get(piece) ?? 0) + (weight * length) / spellings.length);
        }
      }
    }
    candidates = [...candidates]
      .map((piece) => ({ piece, gain: covered.get(piece) ?? 0 }))
      .sort((a, b) => b.gain - a.gain || (a.piece < b.piece ? -1 : 1))
      .slice(0, keep)
      .map(({ piece }) => piece);
  }
  return candidates;
}

/** Starts, and ends or middles, of every spelling, of 2 to 8 characters. */
function candidatePieces(
  words: readonly SpelledWord[],
  whole: ReadonlySet<string>,
): readonly string[] {
  const found = new Set<string>();
  for (const { spellings } of words) {
    // The first spelling is the correct one: pieces of it are what misspellings have left.
    const characters = [...(spellings[0] ?? '')];
    for (let start = 0; start < characters.length; start++) {
      for (let end = start + 2; end <= Math.min(start + 8, characters.length); end++) {
        const part = characters.slice(start, end).join('');
        if (start === 0 && !whole.has(part)) found.add(part);
        if (start > 0) found.add(CONTINUES + part);
        // A word that lost its first letter begins with its second.
        if (start === 1 && !whole.has(part)) found.add(part);
      }
    }
  }
  return [...found];
}

function otherLetters(letter: string): readonly string[] {
  const code = letter.charCodeAt(0);
  if (code < 97 || code > 122) return [];
  const next = String.fromCharCode(97 + ((code - 97 + 1) % 26));
  const previous = String.fromCharCode(97 + ((code - 97 + 25) % 26));
  return [...new Set([next, previous, 'e', 'a', 's'])].filter((other) => other !== letter);
}
