import type { FieldCondition, Filter } from '../../corpus/types.ts';

type Literal = string | number | boolean;

type Token =
  | { readonly kind: 'name' | 'sign' | 'word'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Literal };

const TOKEN =
  /\s*(?:"((?:[^"]|"")+)"|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(>=|<=|[=(),])|([A-Za-z_]\w*))/iy;
const WORDS: ReadonlySet<string> = new Set(['AND', 'IN', 'BETWEEN', 'TRUE', 'FALSE']);

/**
 * An SQL condition as a filter: conjunctions of `=`, `IN (…)`, `>=`, `<=` and `BETWEEN` on columns, the inverse of
 * `sqlFilter`. An empty text is the empty filter; null for anything a filter cannot say (OR, NOT, LIKE, functions,
 * two conditions on a column that are not the two ends of a range, a name with capitals that is not in quotes).
 */
export function readSqlFilter(sql: string): Filter | null {
  if (sql.trim() === '') return {};
  const tokens = tokensOf(sql);
  if (tokens === null) return null;
  const filter: Record<string, FieldCondition> = {};
  let at = 0;
  const next = (): Token | undefined => tokens[at++];
  const value = (): Literal | null => {
    const token = next();
    if (token?.kind === 'value') return token.value;
    if (token?.kind === 'word' && token.text === 'TRUE') return true;
    return token?.kind === 'word' && token.text === 'FALSE' ? false : null;
  };
  const isNext = (text: string): boolean => {
    const token = tokens[at];
    if (token === undefined || token.kind === 'value' || token.text !== text) return false;
    at++;
    return true;
  };
  for (;;) {
    const column = next();
    if (column?.kind !== 'name') return null;
    const condition = conditionOf(value, isNext);
    if (condition === null || !add(filter, column.text, condition)) return null;
    if (at === tokens.length) return filter;
    if (!isNext('AND')) return null;
  }
}

function conditionOf(
  value: () => Literal | null,
  isNext: (text: string) => boolean,
): FieldCondition | null {
  if (isNext('=')) return value();
  if (isNext('>=')) return bound('gte', value());
  if (isNext('<=')) return bound('lte', value());
  if (isNext('BETWEEN')) {
    const low = bound('gte', value());
    const high = isNext('AND') ? bound('lte', value()) : null;
    return low === null || high === null ? null : { ...low, ...high };
  }
  if (!isNext('IN') || !isNext('(')) return null;
  const list: Literal[] = [];
  do {
    const entry = value();
    if (entry === null) return null;
    list.push(entry);
  } while (isNext(','));
  return isNext(')') ? { in: list } : null;
}

function bound(end: 'gte' | 'lte', value: Literal | null): { gte?: string | number } | null {
  return value === null || typeof value === 'boolean' ? null : { [end]: value };
}

/** Adds a condition; false where the column has one that it cannot be joined with. */
function add(
  filter: Record<string, FieldCondition>,
  column: string,
  condition: FieldCondition,
): boolean {
  const before = Object.hasOwn(filter, column) ? filter[column] : undefined;
  const joined = before === undefined ? condition : joinedRange(before, condition);
  if (joined === null) return false;
  Object.defineProperty(filter, column, {
    value: joined,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return true;
}

function joinedRange(one: FieldCondition, other: FieldCondition): FieldCondition | null {
  if (typeof one !== 'object' || typeof other !== 'object') return null;
  if ('in' in one || 'in' in other) return null;
  const isTwice =
    (one.gte !== undefined && other.gte !== undefined) ||
    (one.lte !== undefined && other.lte !== undefined);
  return isTwice ? null : { ...one, ...other };
}

function tokensOf(sql: string): Token[] | null {
  const tokens: Token[] = [];
  const text = sql.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, quoted, string, number, sign, word] = match;
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted.replaceAll('""', '"') });
    else if (string !== undefined)
      tokens.push({ kind: 'value', value: string.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'value', value: Number(number) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) {
      const upper = word.toUpperCase();
      if (WORDS.has(upper)) tokens.push({ kind: 'word', text: upper });
      // Some engines fold such a name and others do not: which field is meant is not known.
      else if (word !== word.toLowerCase()) return null;
      else tokens.push({ kind: 'name', text: word });
    }
  }
  return tokens;
}
