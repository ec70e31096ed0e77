/** One set of synonyms of WordNet's database files (wndb(5WN)). */
export interface Synset {
  /** Part of speech and place in its file, e.g. `n00001740`. */
  readonly id: string;
  /** Number of the lexicographer's file, 0 to 44. */
  readonly lexicographerFile: number;
  readonly words: readonly string[];
  /** Ids of synsets that it points to by `@` or `@i` (hypernym), and by `&` (similar). */
  readonly hypernyms: readonly string[];
  readonly similar: readonly string[];
  readonly definition: string;
  readonly examples: readonly string[];
}

/** A satellite adjective stands in the file of adjectives. */
const fileOf = (partOfSpeech: string): string => (partOfSpeech === 's' ? 'a' : partOfSpeech);

/** The synset of a line of `data.noun`, `.verb`, `.adj` or `.adv`; null for the licence at the top. */
export function parseSynset(line: string): Synset | null {
  if (line.startsWith(' ') || line.trim() === '') return null;
  const bar = line.indexOf(' | ');
  if (bar === -1) return null;
  const fields = line.slice(0, bar).trim().split(' ');
  const [offset = '', lexicographerFile = '', partOfSpeech = '', wordCount = ''] = fields;
  const count = Number.parseInt(wordCount, 16);
  const words = Array.from({ length: count }, (_, at) =>
    // An adjective may carry the place where it stands: `afraid(p)`.
    (fields[4 + 2 * at] ?? '').replace(/\([a-z]+\)$/, '').replaceAll('_', ' '),
  );
  const at = 4 + 2 * count;
  const pointers = Array.from({ length: Number(fields[at] ?? 0) }, (_, pointer) => {
    const [symbol = '', target = '', kind = ''] = fields.slice(at + 1 + 4 * pointer);
    return { symbol, target: `${fileOf(kind)}${target}` };
  });
  const pointed = (...symbols: readonly string[]): string[] => [
    ...new Set(
      pointers.flatMap(({ symbol, target }) => (symbols.includes(symbol) ? [target] : [])),
    ),
  ];
  return {
    id: `${fileOf(partOfSpeech)}${offset}`,
    lexicographerFile: Number(lexicographerFile),
    words,
    hypernyms: pointed('@', '@i'),
    similar: pointed('&'),
    ...glossOf(line.slice(bar + 3).trim()),
  };
}

/** Examples stand in quotes behind the definition. */
function glossOf(gloss: string): Pick<Synset, 'definition' | 'examples'> {
  const quote = gloss.indexOf('"');
  if (quote === -1) return { definition: gloss, examples: [] };
  const examples = [...gloss.slice(quote).matchAll(/"([^"]+)"?/g)]
    .map(([, text = '']) => text.trim())
    .filter((text) => text !== '');
  return { definition: gloss.slice(0, quote).replace(/[;\s]+$/, ''), examples };
}
