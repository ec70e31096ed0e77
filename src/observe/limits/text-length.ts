/** What is known of the texts that an embedder takes. */
export interface TextsSeen {
  /** Texts that were refused, each by itself. */
  readonly refused: readonly string[];
  /** Texts that were embedded; may be empty. */
  readonly taken: readonly string[];
}

/** Halvings until a beginning of a refused text is taken; beyond them the length is not the reason. */
const MOST_HALVINGS = 12;
/** Steps between a length that is taken and one that is refused: to a thirtieth of it. */
const STEPS = 5;

/**
 * The length in characters to which refused texts are cut, where their length is the reason: a text made of taken ones
 * that is as long as the longest of them is refused as well, and a beginning of it is not. Null where such a text is
 * taken, so that something else about the refused texts must be the reason. An embedder that counts tokens has no one
 * length, so single texts may have to be cut shorter still.
 *
 * @param takes whether the embedder takes one text
 */
export async function longestTaken(
  { refused, taken }: TextsSeen,
  takes: (text: string) => Promise<boolean>,
): Promise<number | null> {
  const longest = refused.reduce((best, text) => (text.length > best.length ? text : best), '');
  const sample = taken.length === 0 ? longest : repeated(taken, longest.length);
  if (taken.length > 0 && (await takes(sample))) return null;
  let tooLong = sample.length;
  let fits = 0;
  for (let halving = 0; halving < MOST_HALVINGS && fits === 0; halving++) {
    const length = Math.floor(tooLong / 2);
    if (length === 0) return null;
    if (await takes(beginning(sample, length))) fits = length;
    else tooLong = length;
  }
  if (fits === 0) return null;
  // Where nothing had been taken, what the beginning lacks may be the reason: something else than its length.
  const taking = repeated([beginning(sample, fits)], sample.length);
  if (taken.length === 0 && (await takes(taking))) return null;
  for (let step = 0; step < STEPS; step++) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (await takes(beginning(sample, middle))) fits = middle;
    else tooLong = middle;
  }
  return fits;
}

/** Shares of that length at which a refused text is tried: one embedder counts tokens, another bytes. */
const SHARES = [1, 0.8, 0.6, 0.4];

/** The beginnings of a text that are worth trying, longest first. */
export function beginningsOf(text: string, length: number): string[] {
  return SHARES.map((share) => Math.floor(length * share))
    .filter((cutTo) => cutTo > 0 && cutTo < text.length)
    .map((cutTo) => beginning(text, cutTo));
}

function beginning(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}

/** Texts one after the other, up to a length. */
function repeated(texts: readonly string[], length: number): string {
  const joined = texts.filter((text) => text.trim() !== '').join(' ');
  if (joined === '') return '';
  return `${joined} `.repeat(Math.ceil(length / (joined.length + 1))).slice(0, length);
}
