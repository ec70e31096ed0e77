const READING = new Set(['select', 'with', 'values', 'explain', 'show', 'table', 'describe']);

const WRITING =
  /\b(insert|update|delete|merge|upsert|create|drop|alter|truncate|rename|grant|revoke|copy|load|call|into|replace\s+into|attach|detach|vacuum|pragma|nextval|setval|set_config|lo_\w+|dblink\w*|pg_(?:terminate|cancel|reload|rotate|promote|switch|write|file|logical|create|drop|advisory)\w*)\b/i;

/**
 * The word by which a statement may change something, or null where it can only read. It errs on the side
 * of refusing: a word in a comment counts, and strings are looked into where anything in the statement
 * could make them end elsewhere than in standard SQL.
 */
export function writingWord(sql: string): string | null {
  const isPlain = !/\\|--|\/\*|#|\$/.test(sql);
  const visible = isPlain ? sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''") : sql;
  const word = WRITING.exec(visible)?.[1];
  if (word !== undefined) return word.toUpperCase();
  for (const part of withoutLeadingComments(visible).split(';')) {
    const first = /^[\s(]*([^\s(]+)/.exec(withoutLeadingComments(part))?.[1];
    if (first !== undefined && !READING.has(first.toLowerCase())) return first.toUpperCase();
  }
  return null;
}

function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?!!)[\s\S]*?\*\/)+/, '');
}
