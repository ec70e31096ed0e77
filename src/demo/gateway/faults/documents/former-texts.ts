import type { Document } from '../../../../corpus/types.ts';
import { drawStream } from '../draw.ts';

/**
 * The documents, of which the victims have the text of a former version: the sentences of another
 * document of the collection, with every third one of its own.
 */
export function formerTexts(
  documents: readonly Document[],
  victims: ReadonlySet<number>,
  seed: number,
  label: string,
): readonly Document[] {
  const draw = drawStream(seed, `${label} former`);
  return documents.map((document, position) => {
    if (!victims.has(position) || documents.length < 2) return document;
    const step = 1 + Math.floor(draw() * (documents.length - 1));
    const other = documents[(position + step) % documents.length] ?? document;
    return { ...document, text: mixedText(other.text, document.text) };
  });
}

/** The sentences of one text, every third of them from another. */
export function mixedText(text: string, other: string): string {
  const sentences = other.split(/(?<=[.!?])\s+/);
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence, at) => (at % 3 === 2 ? (sentences[at] ?? sentence) : sentence))
    .join(' ');
}
