import type {
  Content,
  IdSpan,
  IntervalSpan,
  NumberPrecision,
  NumberSpan,
  NumberStyle,
  Span,
  StateSpan,
  StrongSpan,
  TextSpan,
  Tone,
  Unit,
} from './model.ts';

/** A number that may be undefined. */
type Value = number | null | undefined;

/** Characters shown of a text from outside, unless a builder says otherwise. */
const TEXT_LIMIT = 200;

/** What is undefined or was not measured: a dash. */
export const MISSING: Span = { kind: 'missing' };
/** The next part of a cell, on a line of its own. */
export const BREAK: Span = { kind: 'break' };

function style(unit: Unit, precision: NumberPrecision, signed = false): NumberStyle {
  return { unit, precision, signed };
}

/** A number of things. */
export function count(value: Value): NumberSpan {
  return numeral(value, style('count', { digits: 0 }));
}

/** A number with what it counts, e.g. 1 query, 12 queries; the words may go on to a verb. */
export function things(value: number, one: string, many = `${one}s`): readonly Span[] {
  return [count(value), ` ${value === 1 ? one : many}`];
}

/** The same of a unit that is known in the plural alone, e.g. `block pairs`. */
export function units(value: number, plural: string): readonly Span[] {
  return things(value, plural.replace(/s$/, ''), plural);
}

/** A 1-based position in a list. */
export function rank(value: Value): NumberSpan {
  return numeral(value, style('rank', { digits: 0 }));
}

/** A fraction of 1, shown as a percentage. */
export function share(value: Value, digits = 1): NumberSpan {
  return numeral(value, style('share', { digits }));
}

/** A relative change, a fraction of 1, shown as a percentage with its sign. */
export function change(value: Value, digits = 1): NumberSpan {
  return numeral(value, style('change', { digits }, true));
}

/** A metric, a score or a cosine. */
export function metric(value: Value, digits = 4): NumberSpan {
  return numeral(value, style('metric', { digits }));
}

/** A difference of two figures, with its sign. */
export function difference(value: Value, digits = 4): NumberSpan {
  return numeral(value, style('difference', { digits }, true));
}

/** One figure over another. */
export function ratio(value: Value, digits = 3): NumberSpan {
  return numeral(value, style('ratio', { digits }));
}

/** Milliseconds. */
export function ms(value: Value, digits = 2): NumberSpan {
  return numeral(value, style('ms', { digits }));
}

/** Seconds. */
export function seconds(value: Value, digits = 1): NumberSpan {
  return numeral(value, style('s', { digits }));
}

/** A rate a second. */
export function perSecond(value: Value, digits = 0): NumberSpan {
  return numeral(value, style('per second', { digits }));
}

/** A number that somebody chose, all its digits. */
export function setting(value: Value): NumberSpan {
  return numeral(value, style('setting', { significant: 17 }));
}

/** A number in a style of its own. */
export function numeral(value: Value, { unit, precision, signed }: NumberStyle): NumberSpan {
  return { kind: 'number', value: value ?? null, unit, precision, signed };
}

/** Bounds of an estimate, in the style of a number like them. */
export function bounds(lower: Value, upper: Value, like: NumberStyle = metric(null)): IntervalSpan {
  return intervalOf('estimate', lower, upper, like);
}

/** The least and greatest of what was seen, in the style of a number like them. */
export function range(least: Value, greatest: Value, like: NumberStyle): IntervalSpan {
  return intervalOf('values', least, greatest, like);
}

function intervalOf(
  of: IntervalSpan['of'],
  lower: Value,
  upper: Value,
  { unit, precision, signed }: NumberStyle,
): IntervalSpan {
  const ends = { lower: lower ?? null, upper: upper ?? null };
  return { kind: 'interval', of, ...ends, unit, precision, signed };
}

/** Tones of the words that gates, checks and verdicts use; any other word is neutral. */
const TONES = new Map<string, Tone>([
  ['pass', 'good'],
  ['fail', 'bad'],
  ['inconclusive', 'unsure'],
  ['environment unfit', 'unsure'],
]);

/** The answer of a gate, a check or a verdict. */
export function state(word: string, tone: Tone = toneOf(word)): StateSpan {
  return { kind: 'state', state: word, tone };
}

/** How welcome a state is, by its word. */
export function toneOf(word: string): Tone {
  return TONES.get(word) ?? 'neutral';
}

/** A name that leads somewhere. */
export function id(of: IdSpan['of'], value: string): IdSpan {
  return { kind: 'id', of, id: value, code: false };
}

/** The same, set apart from the words around it. */
export function codeId(of: IdSpan['of'], value: string): IdSpan {
  return { kind: 'id', of, id: value, code: true };
}

/** Text from outside; null is a dash. */
export function text(value: string | null | undefined, limit = TEXT_LIMIT): TextSpan | Span {
  return value === null || value === undefined ? MISSING : { kind: 'text', text: value, limit };
}

/** A sentence from findings: the suite's words around names from outside, shown to its end. */
export function sentence(value: string): TextSpan {
  return { kind: 'text', text: value, limit: 2000 };
}

/** Something to be typed or looked up literally. */
export function code(literal: string): Span {
  return { kind: 'code', text: literal };
}

/** What must not be overlooked. */
export function strong(content: Content): StrongSpan {
  return { kind: 'strong', content };
}

/** The spans of a content. */
export function spansOf(content: Content): readonly Span[] {
  return Array.isArray(content) ? content : [content as Span];
}

/** Contents with the same words between each two of them; a dash where there is none. */
export function joined(contents: readonly Content[], between: Content = ', '): Content {
  if (contents.length === 0) return MISSING;
  return contents.flatMap((content, at) =>
    at === 0 ? spansOf(content) : [...spansOf(between), ...spansOf(content)],
  );
}

/**
 * The suite's own words with contents between them. A string that is put in is taken for text from outside; parts
 * of a list are as in any content.
 */
export function prose(
  words: TemplateStringsArray,
  ...contents: readonly (Content | string)[]
): readonly Span[] {
  return words.flatMap((word, at): readonly Span[] => {
    const content = contents[at];
    const spans =
      content === undefined
        ? []
        : typeof content === 'string'
          ? [sentence(content)]
          : spansOf(content);
    return word === '' ? spans : [word, ...spans];
  });
}
