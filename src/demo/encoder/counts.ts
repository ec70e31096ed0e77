/** What is counted over the training texts; words are numbered by falling count, then by spelling. */
export interface WordCounts {
  readonly textCount: number;
  /** Words that are frequent enough to be trained. */
  readonly words: readonly string[];
  /** In how many texts each of `words` occurs. */
  readonly textsWith: Float64Array;
  /** words.length², row-major and symmetric: how often two words stand within the window. */
  readonly together: Float64Array;
  /** The other words with their counts: names of people, above all. */
  readonly rareWords: ReadonlyMap<string, number>;
}

/** How co-occurrence is counted. */
export interface CountOptions {
  /** Share of the texts that a word must be met in (on average once each) to be trained. */
  readonly minShare: number;
  /** Words to either side that count as neighbours. */
  readonly window: number;
}

/** Counts words, texts and neighbours over texts that are already split into words. */
export function countWords(
  texts: readonly (readonly string[])[],
  options: CountOptions,
): WordCounts {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const minCount = Math.max(2, texts.length * options.minShare);
  const words = [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([word]) => word);
  const numbers = new Map(words.map((word, number) => [word, number]));
  const textsWith = new Float64Array(words.length);
  const together = new Float64Array(words.length * words.length);
  for (const text of texts) {
    const known = text.map((word) => numbers.get(word) ?? -1);
    for (const number of new Set(known)) {
      if (number >= 0) textsWith[number] = (textsWith[number] ?? 0) + 1;
    }
    countNeighbours(known, words.length, options.window, together);
  }
  return {
    textCount: texts.length,
    words,
    textsWith,
    together,
    rareWords: new Map([...counts].filter(([word]) => !numbers.has(word))),
  };
}

function countNeighbours(
  text: readonly number[],
  size: number,
  window: number,
  together: Float64Array,
): void {
  text.forEach((word, at) => {
    if (word < 0) return;
    for (let next = at + 1; next <= Math.min(at + window, text.length - 1); next++) {
      const neighbour = text[next] ?? -1;
      if (neighbour < 0) continue;
      const forth = word * size + neighbour;
      const back = neighbour * size + word;
      together[forth] = (together[forth] ?? 0) + 1;
      together[back] = (together[back] ?? 0) + 1;
    }
  });
}
