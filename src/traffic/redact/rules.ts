import { withoutCards } from './luhn.ts';

// Texts may be long, and anything: a pattern must not look through the same characters from each of them anew. So it
// begins where a run of its characters does, or looks a bounded way ahead.

/** One kind of personal data or secret, and how it is found in a text. */
export interface RedactionRule {
  /** What stands in its place, in brackets: `email` gives `[email]`. */
  readonly name: string;
  /** With the flags `g` and `u`. */
  readonly pattern: RegExp;
  /** Whether a match is one; absent: every match is. */
  readonly isMeant?: (match: string) => boolean;
  /** The match with what is meant in it replaced by marks; absent: all of it is. */
  readonly within?: (match: string, mark: () => string) => string;
}

/**
 * What is always redacted, in the order in which it is looked for: tokens (JSON web tokens, bearer and API keys,
 * long random words, secrets in `name=value` form), e-mail addresses, payment cards by Luhn's check, phone numbers.
 */
export const REDACTION_RULES: readonly RedactionRule[] = [
  {
    name: 'token',
    pattern: /\beyJ[\w-]{5,1024}\.[\w-]{5,}(?:\.[\w-]*)?/gu,
  },
  {
    name: 'token',
    pattern:
      /\b(?:bearer|basic|token|authorization|api[ _-]?key|secret|passw(?:or)?d|pwd)\b["']?(?:\s*[:=]\s*|[^\S ]* \s*)["']?(?:(?:bearer|basic)\s+)?(?=[^\s"'&;,]{0,256}[\d=_-])[^\s"'&;,]{6,}/giu,
  },
  {
    name: 'token',
    pattern:
      /\b(?:AKIA[0-9A-Z]{12,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|[rsp]k_(?:live|test)_\w{10,}|AIza[\w-]{30,}|glpat-[\w-]{16,})/gu,
  },
  {
    name: 'token',
    pattern: /(?<![\w+/=-])[\w+/-]{24,}={0,2}(?![\w+/=-])/gu,
    isMeant: isRandomWord,
  },
  {
    name: 'email',
    pattern:
      // Where another address ends, the next one may begin within a run.
      /(?:(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+|(?<=\p{L})(?=[\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,320})(?:@|%40|\s?(?:\(at\)|\[at\])\s?)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/giu,
  },
  {
    name: 'card',
    pattern: /(?<![\d.])\d(?:[ -]?\d){12,}(?!\.*\d)/gu,
    within: withoutCards,
  },
  {
    name: 'phone',
    pattern:
      /(?<![\p{L}\p{N}])(?:\+|00)[1-9](?:[\s()./-]{0,2}\d){6,13}(?!\d)|(?<![\p{L}\p{N}-])\(\d{2,5}\)[\s./-]?\d{2,4}(?:[\s./-]?\d{2,4}){1,3}(?!\d)|(?<![\p{L}\p{N}-])\d{3}[\s.-]\d{3}[\s.-]\d{4}(?!\d)|(?<![\p{L}\p{N}-])0\d{2,4}[\s/-]\d{3,8}(?:[\s-]\d{2,4})*(?!\d)|(?<![\p{L}\p{N}.-])\d{10,11}(?![\p{L}\p{N}.-])|(?<![\p{L}\p{N}-])\d{3}-\d{4}(?![\d-])/gu,
  },
];

/** Letters and digits mixed as nobody writes words: hexadecimal, base64, identifiers. */
function isRandomWord(word: string): boolean {
  const digits = word.replace(/\D/g, '').length;
  const hasLetters = /[A-Za-z]/.test(word);
  const parts = word.split(/[-_/]/);
  // A path or a list of words is made of short parts.
  return hasLetters && digits >= 4 && parts.some((part) => part.length >= 12);
}
