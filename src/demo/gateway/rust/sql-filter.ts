/** A filter that is refused before the database sees it. */
export class SqlFilterError extends Error {
  override readonly name = 'SqlFilterError';
}

/** Words that may stand before an opening parenthesis: operators, and functions of bounded cost. */
const CALLABLE: ReadonlySet<string> = new Set(
  (
    'and or not in any all some between like ilike is when then else case cast ' +
    'abs ceil ceiling floor round trunc mod sqrt sign greatest least coalesce nullif ' +
    'lower upper length char_length octet_length trim ltrim rtrim btrim left right substring ' +
    'substr position strpos starts_with replace concat array cardinality array_length ' +
    'array_position'
  ).split(' '),
);

/** Words that would make an expression reach beyond its row. */
const FORBIDDEN: ReadonlySet<string> = new Set(
  (
    'select with values table union intersect except insert update delete copy into from over ' +
    'similar'
  ).split(' '),
);

const TOKEN =
  /(?<space>\s+)|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<comment>--|\/\*)|(?<dollar>\$)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)|(?<open>[(])|(?<close>[)])|(?<end>;)|(?<other>.)/gisuy;

const MAX_DEPTH = 64;

/**
 * Checks that a text is one boolean expression over the columns of a row and nothing beyond: no
 * second statement, no way out of the parentheses it will stand in, no comment, no sub-query, no
 * function that could wait or grow without bound. The in-process database has no timer that could
 * stop a statement, so what may be called is listed.
 * @throws SqlFilterError naming what is refused.
 */
export function checkSqlFilter(filter: string): void {
  if (filter.includes('\0')) throw new SqlFilterError('sql_filter holds a null byte');
  let depth = 0;
  let before = '';
  let meaningful = false;
  for (const match of filter.matchAll(TOKEN)) {
    const token = match.groups ?? {};
    if (token.space !== undefined) continue;
    meaningful = true;
    const text = match[0];
    if (token.end !== undefined)
      throw new SqlFilterError('sql_filter holds more than one statement');
    if (token.comment !== undefined) throw new SqlFilterError('sql_filter holds a comment');
    if (token.dollar !== undefined) throw new SqlFilterError('sql_filter holds a $');
    if (text === "'" || text === '"') throw new SqlFilterError(`sql_filter has an open ${text}`);
    if (token.word !== undefined && FORBIDDEN.has(text.toLowerCase())) {
      throw new SqlFilterError(`sql_filter may not use ${text.toUpperCase()}`);
    }
    if (text === '~') throw new SqlFilterError('sql_filter may not match regular expressions');
    // E'…' and U&'…' have escapes that end a string elsewhere than here.
    if (token.string !== undefined && /^([ebxn]|&)$/i.test(before)) {
      throw new SqlFilterError(`sql_filter may not use ${before}'…' strings`);
    }
    if (token.open !== undefined) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new SqlFilterError(`sql_filter is nested beyond ${MAX_DEPTH}`);
      if (/^["\p{L}_]/u.test(before) && !CALLABLE.has(before.toLowerCase())) {
        throw new SqlFilterError(`sql_filter may not call ${before.slice(0, 40)}`);
      }
    }
    if (token.close !== undefined) {
      depth -= 1;
      if (depth < 0) throw new SqlFilterError('sql_filter closes a parenthesis it did not open');
    }
    before = text;
  }
  if (depth !== 0) throw new SqlFilterError('sql_filter leaves a parenthesis open');
  if (!meaningful) throw new SqlFilterError('sql_filter is empty');
}
