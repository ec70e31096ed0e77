/** What the tokenizer deletes after canonical decomposition: combining marks and invisible format characters. */
export const DELETED = '[\\p{Mn}\\p{Cf}]+';

const ASCII_PUNCTUATION = '\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E';
const DELETED_PATTERN = new RegExp(DELETED, 'gu');
const WORD_PATTERN = new RegExp(
  `[^\\s\\p{P}${ASCII_PUNCTUATION}]+|[\\p{P}${ASCII_PUNCTUATION}]`,
  'gu',
);

/**
 * The words of a text exactly as the shipped tokenizer splits it before its word pieces: decomposed,
 * without accents, in lower case, each punctuation mark a word.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFD').replace(DELETED_PATTERN, '').toLowerCase();
  return plain.match(WORD_PATTERN) ?? [];
}
