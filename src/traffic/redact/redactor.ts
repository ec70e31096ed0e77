import { UsageError } from '../../errors.ts';
import { normalized } from '../../plain-text.ts';
import { REDACTION_RULES, type RedactionRule } from './rules.ts';

/** Takes personal data and secrets out of what is going to be written. */
export interface Redactor {
  /** The text with `[name]` in place of each match; the same text where there is none. */
  readonly text: (text: string) => string;
  /** The same for every string of a value, keys among them, and for numbers that would be redacted as text. */
  readonly value: <Value>(value: Value) => Value;
  /** How often each rule matched so far. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** Names of all rules, for reports. */
  readonly names: readonly string[];
}

/** Characters that are not seen and would part a number from itself. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** A redactor with the rules that always hold and further ones, which are looked for first. */
export function createRedactor(further: readonly RedactionRule[] = []): Redactor {
  const rules = [...further, ...REDACTION_RULES];
  const counts = new Map<string, number>();
  const replaced = (text: string): string =>
    rules.reduce((left, { name, pattern, isMeant, within }) => {
      const mark = () => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return `[${name}]`;
      };
      return left.replace(pattern, (match) => {
        if (isMeant !== undefined && !isMeant(match)) return match;
        return within === undefined ? mark() : within(match, mark);
      });
    }, text);
  const text = (original: string): string => {
    // Digits and signs of other widths read the same.
    const plain = normalized(original, 'NFKC').replace(UNSEEN, '');
    const result = replaced(plain);
    return result === plain ? original : result;
  };
  const value = (any: unknown): unknown => {
    if (typeof any === 'string') return text(any);
    if (typeof any === 'number') {
      const shown = String(any);
      const result = Number.isInteger(any) ? text(shown) : shown;
      return result === shown ? any : result;
    }
    if (typeof any !== 'object' || any === null || ArrayBuffer.isView(any)) return any;
    if (Array.isArray(any)) return any.map(value);
    return Object.fromEntries(Object.entries(any).map(([key, inner]) => [text(key), value(inner)]));
  };
  return {
    text,
    value: value as Redactor['value'],
    counts: () => Object.fromEntries(counts),
    names: [...new Set(rules.map(({ name }) => name))],
  };
}

/**
 * A rule as a command line writes it: `NAME=PATTERN`, a regular expression of JavaScript.
 * @throws UsageError for a name that is none, or a pattern that does not compile or matches the empty text.
 */
export function parseRule(written: string): RedactionRule {
  const [, name, source] = /^([a-z][a-z0-9-]*)=(.+)$/s.exec(written) ?? [];
  const wrong = (what: string) =>
    new UsageError('redact-rule', `--redact ${JSON.stringify(written)}: ${what}`, {
      hint: "give NAME=PATTERN, for example --redact 'badge=\\bB-\\d{6}\\b'",
    });
  if (name === undefined || source === undefined) throw wrong('no NAME=PATTERN');
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, 'giu');
  } catch {
    throw wrong('the pattern is no regular expression');
  }
  if (''.match(pattern) !== null) throw wrong('the pattern matches the empty text');
  return { name, pattern };
}
