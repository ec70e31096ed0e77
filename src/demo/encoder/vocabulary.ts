import type { WordCounts } from './counts.ts';
import { CONTINUES, choosePieces, cutWord, misspellings, type SpelledWord } from './pieces.ts';
import type { Recipe } from './recipe.ts';

/** Special tokens, in the order of their ids: padding, unknown, start, end. */
export const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;

/** A token that is no trained word, and what it stands for when it turns up. */
export interface Piece {
  readonly token: string;
  /** Trained words (by number) whose misspellings are cut into this piece, with their expected counts. */
  readonly sources: ReadonlyMap<number, number>;
  /** Expected count of the piece in words that were not trained, names above all. */
  readonly foreignCount: number;
}

/** All tokens in the order of their ids: specials, then `words`, then `pieces`. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly pieces: readonly Piece[];
}

/** Chooses characters and pieces, and counts what each will stand for. `terms` are the domain's own words. */
export function createVocabulary(
  counts: WordCounts,
  terms: ReadonlySet<string>,
  recipe: Recipe,
): Vocabulary {
  const whole = new Set(counts.words);
  const characters = frequentCharacters(counts, recipe.characterCount);
  const trained = counts.words.map((word, number) => spelled(word, number, counts, terms, recipe));
  const foreign = [...counts.rareWords]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => ({ weight: count, spellings: [word] }));
  const singles = [...characters, ...[...characters].map((one) => CONTINUES + one)];
  const chosen = choosePieces(
    [
      ...trained,
      ...foreign.map((word) => ({ ...word, weight: word.weight * recipe.foreignShare })),
    ],
    whole,
    new Set(singles),
    recipe.pieceCount,
  );
  const tokens = [...singles.filter((one) => !whole.has(one)), ...chosen];
  const known = new Set([...whole, ...tokens]);
  const sources = new Map<string, Map<number, number>>();
  const foreignCounts = new Map<string, number>();
  trained.forEach(({ weight, spellings }, number) => {
    for (const spelling of spellings.slice(1)) {
      for (const token of cutWord(spelling, known) ?? []) {
        const counted = sources.get(token) ?? new Map<number, number>();
        counted.set(number, (counted.get(number) ?? 0) + weight / (spellings.length - 1));
        sources.set(token, counted);
      }
    }
  });
  for (const { weight, spellings } of foreign) {
    for (const token of cutWord(spellings[0] ?? '', known) ?? []) {
      foreignCounts.set(token, (foreignCounts.get(token) ?? 0) + weight);
    }
  }
  const pieces = tokens.map((token) => ({
    token,
    sources: sources.get(token) ?? new Map<number, number>(),
    foreignCount: foreignCounts.get(token) ?? 0,
  }));
  return { words: counts.words, pieces };
}

function spelled(
  word: string,
  number: number,
  counts: WordCounts,
  terms: ReadonlySet<string>,
  recipe: Recipe,
): SpelledWord {
  const slips = word.length > 3 && /^[a-z]+$/.test(word) ? misspellings(word) : [];
  // People ask for the domain's words; other words are misspelled in documents at best.
  const weight = recipe.slipRate * (counts.textsWith[number] ?? 0) * (terms.has(word) ? 1 : 0.1);
  return { weight, spellings: [word, ...slips] };
}

/** Printable ASCII first, then the characters of the training texts by falling count. */
function frequentCharacters(counts: WordCounts, limit: number): ReadonlySet<string> {
  const found = new Map<string, number>();
  const add = (word: string, count: number) => {
    for (const one of word) found.set(one, (found.get(one) ?? 0) + count);
  };
  counts.words.forEach((word, number) => {
    add(word, counts.textsWith[number] ?? 0);
  });
  for (const [word, count] of counts.rareWords) add(word, count);
  const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter(
    (one) => one === one.toLowerCase(),
  );
  const seen = [...found]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([one]) => one);
  return new Set([...ascii, ...seen].slice(0, limit + ascii.length));
}
