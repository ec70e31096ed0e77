const WORD = /[\p{L}\p{N}]+(?:['’.+-][\p{L}\p{N}]+)*\+*/gu;

/**
 * The words of a text that a vocabulary knows, in lower case and in their order. A word of several parts
 * (`free-software`, `gtk+3`) that is not known as a whole gives its parts.
 */
export function knownWords(text: string, isKnown: (word: string) => boolean): readonly string[] {
  return [...text.toLowerCase().matchAll(WORD)].flatMap(([word]) => {
    const plain = word.replaceAll('’', "'");
    if (isKnown(plain)) return [plain];
    return plain.split(/['.+-]+/).filter((part) => part !== '' && isKnown(part));
  });
}
