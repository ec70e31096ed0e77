import { importProblem } from '../../corpus/import/problem.ts';
import type { DenseVectors } from '../../corpus/import/types.ts';

/** Words in the order of the file, with a vector each. */
export interface WordVectors extends DenseVectors {
  readonly words: readonly string[];
}

/** Begins the vectors. Quotes inside a word are escaped, so that no word holds these bytes. */
const BEGIN = '"vectors":{';

/**
 * Reads `{ …, "vectors": { "word": [v0, …], … } }` record by record, so that memory holds the numbers and not the
 * text. Of each list the first `dimension` numbers are the vector; what follows is checked to be there and left out.
 *
 * @param extra how many numbers follow the vector in each list
 * @throws UsageError for a record that is not of this form.
 */
export async function scanWordVectors(
  chunks: AsyncIterable<Buffer>,
  form: { readonly dimension: number; readonly extra: number; readonly path: string },
): Promise<WordVectors> {
  const { dimension, extra, path } = form;
  const words: string[] = [];
  const blocks: Float32Array[] = [];
  const decoder = new TextDecoder();
  let text = '';
  let begun = false;
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (!begun) {
      const at = text.indexOf(BEGIN);
      if (at === -1) {
        text = text.slice(-BEGIN.length);
        continue;
      }
      text = text.slice(at + BEGIN.length);
      begun = true;
    }
    const block: number[] = [];
    let from = 0;
    for (;;) {
      const record = recordAt(text, from);
      if (record === null) break;
      const numbers = record.numbers();
      if (numbers.length !== dimension + extra || !numbers.every(Number.isFinite)) {
        throw importProblem(
          'vector',
          `${path}: the word ${JSON.stringify(record.word)}`,
          `there are ${numbers.length} numbers where ${dimension + extra} belong`,
          'the file is damaged, or of another version',
        );
      }
      words.push(record.word);
      for (let at = 0; at < dimension; at++) block.push(numbers[at] as number);
      from = record.end;
    }
    text = text.slice(from);
    if (block.length > 0) blocks.push(Float32Array.from(block));
    // The object of vectors has ended.
    if (/^\s*\}/.test(text)) break;
  }
  if (!/^\s*\}/.test(text)) {
    throw importProblem('vector', path, 'the vectors do not end', 'the file is cut short');
  }
  return { words, dimension, values: joinedBlocks(blocks, words.length * dimension) };
}

/** The record that begins at a place of the text; null where it is not whole yet. */
function recordAt(text: string, from: number) {
  const quote = text.indexOf('"', from);
  if (quote === -1 || text.slice(from, quote).includes('}')) return null;
  let close = quote + 1;
  while (close < text.length && text[close] !== '"') close += text[close] === '\\' ? 2 : 1;
  const open = text.indexOf('[', close);
  const end = text.indexOf(']', open);
  if (close >= text.length || open === -1 || end === -1) return null;
  return {
    word: JSON.parse(text.slice(quote, close + 1)) as string,
    numbers: () => JSON.parse(text.slice(open, end + 1)) as number[],
    end: end + 1,
  };
}

function joinedBlocks(blocks: readonly Float32Array[], length: number): Float32Array {
  const values = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    values.set(block, at);
    at += block.length;
  }
  return values;
}
