/** Fields of one stanza; lines that go on are joined by `\n`, without their first space. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads a control file of Debian (deb-control(5)) line by line: stanzas are separated by empty lines, a line that
 * begins with a space goes on with the field before it. Memory holds one stanza.
 */
export async function* stanzasOf(lines: AsyncIterable<string>): AsyncGenerator<Stanza> {
  let fields = new Map<string, string>();
  let last = '';
  for await (const line of lines) {
    if (line === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      fields.set(last, `${fields.get(last) ?? ''}\n${line.slice(1)}`);
    } else {
      const colon = line.indexOf(':');
      if (colon === -1) continue;
      last = line.slice(0, colon);
      fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

/** A long description as running text: a line of one dot separates paragraphs. */
export function runningText(lines: readonly string[]): string {
  return lines
    .map((line) => (line.trim() === '.' ? '' : line.trim()))
    .filter((line) => line !== '')
    .join(' ');
}
