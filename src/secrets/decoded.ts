/** A text with what is written by codes written out, and where each part of it stood. */
export interface DecodedText {
  readonly text: string;
  /** Where in the original what lies between two places of `text` stands, whole codes at its ends included. */
  readonly originalOf: (from: number, to: number) => readonly [from: number, to: number];
}

/** `\u0026` and `\/` of JSON, also within a text of JSON; `%26` of URLs; `&#38;`, `&#x26;` and `&amp;` of HTML. */
const CODED =
  /\\+u([0-9a-f]{4})|\\+([/"'\\])|%[0-7][0-9a-f]|(?:%[89a-f][0-9a-f])+|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|amp|lt|gt|quot|apos);/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Writes out what a text says by codes; null where it has none. */
export function decodedText(text: string): DecodedText | null {
  const starts: number[] = [0];
  const originals: number[] = [0];
  let decoded = '';
  let end = 0;
  for (const { 0: code, 1: unit, 2: escaped, 3: decimal, 4: hex, index } of text.matchAll(CODED)) {
    decoded += text.slice(end, index);
    starts.push(decoded.length);
    originals.push(index);
    end = index + code.length;
    decoded += characterOf(code, { unit, escaped, decimal, hex });
    starts.push(decoded.length);
    originals.push(end);
  }
  if (end === 0) return null;
  const placeOf = (at: number, isEnd: boolean) => originalAt({ starts, originals }, at, isEnd);
  return {
    text: decoded + text.slice(end),
    originalOf: (from, to) => [placeOf(from, false), placeOf(to, true)],
  };
}

interface Code {
  readonly unit: string | undefined;
  readonly escaped: string | undefined;
  readonly decimal: string | undefined;
  readonly hex: string | undefined;
}

function characterOf(code: string, { unit, escaped, decimal, hex }: Code): string {
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  if (escaped !== undefined) return escaped;
  if (code.startsWith('%')) return Buffer.from(code.replaceAll('%', ''), 'hex').toString('utf8');
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  if (point <= 0x10ffff) return String.fromCodePoint(point);
  return ENTITIES[code.toLowerCase()] ?? code;
}

/** Where codes begin and end, in turn, behind the beginning of the text: in what they say and in the original. */
interface Places {
  readonly starts: readonly number[];
  readonly originals: readonly number[];
}

function originalAt({ starts, originals }: Places, at: number, isEnd: boolean): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const beyond = at - (starts[low] ?? 0);
  const isWithinCode = low % 2 === 1 && beyond > 0;
  if (isWithinCode) return originals[isEnd ? low + 1 : low] ?? 0;
  return (originals[low] ?? 0) + beyond;
}
