import { resolve } from 'node:path';
import { readNamedText } from '../../disk/read-named-text.ts';
import { UsageError } from '../../errors.ts';

/**
 * Reads the texts that are to be embedded: one a line, or one JSON string or object with `text` a line in a
 * `.jsonl` file.
 * @throws UsageError that names the file and the line.
 */
export async function readTexts(given: string, cwd: string): Promise<readonly string[]> {
  const content = await readNamedText(resolve(cwd, given), {
    code: 'embed-texts',
    name: `--texts ${given}`,
    hint: 'name a file with one text a line (.jsonl: an object with "text"), or corpus',
  });
  const lines = content.split(/\r?\n/).filter((line) => line !== '');
  const texts = given.endsWith('.jsonl')
    ? lines.map((line, at) => textOfLine(line, `${given}:${at + 1}`))
    : lines;
  if (texts.length > 0) return texts;
  throw new UsageError('embed-texts', `--texts ${given}: no text in it`, {
    hint: 'one text a line',
  });
}

function textOfLine(line: string, place: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'string') return value;
    const text = (value as { text?: unknown } | null)?.text;
    if (typeof text === 'string') return text;
  } catch {
    // Told below.
  }
  throw new UsageError('embed-texts', `${place}: expected a JSON string or an object with "text"`, {
    hint: 'a .txt file takes one plain text a line',
  });
}
