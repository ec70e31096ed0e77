import { RefusedRequest } from '../http.ts';

const READING = new Set(['select', 'with', 'values']);
const WRITING = new Set(['insert', 'update', 'delete', 'replace', 'create', 'drop', 'alter']);
const SPACE_AND_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;

/**
 * Refuses statements that neither read nor, where that is allowed, write: settings and transactions
 * would outlive the request.
 * @throws RefusedRequest with status 403 for what is not allowed, 400 where there is no statement.
 */
export function checkStatement(sql: string, allowWrites: boolean): void {
  if (sql.includes('\0')) throw new RefusedRequest(400, 'sql holds a null byte');
  const text = sql.replace(SPACE_AND_COMMENTS, '');
  if (text === '' || /^;\s*$/.test(text)) throw new RefusedRequest(400, 'sql: empty statement');
  const word = wordOf(text);
  // Some engines carry a setting out while they explain it.
  if (word === 'explain') {
    const inner = explained(text);
    if (wordOf(inner.replace(SPACE_AND_COMMENTS, '')) === 'explain') {
      throw new RefusedRequest(400, 'EXPLAIN explains a statement, not itself');
    }
    checkStatement(inner, allowWrites);
    return;
  }
  if (WRITING.has(word) && !allowWrites) {
    throw new RefusedRequest(403, `${word.toUpperCase()} refused: this gateway is read-only`);
  }
  if (FORBIDDEN.has(word)) throw new RefusedRequest(403, `${word.toUpperCase()} is not allowed`);
  // Anything else is for the database to judge; READING and WRITING are what it may run.
  if (!READING.has(word) && !WRITING.has(word)) {
    throw new RefusedRequest(400, `syntax error at or near ${JSON.stringify(word || text[0])}`);
  }
}

function wordOf(text: string): string {
  return /^\(*\s*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? '';
}

/** What is explained: the statement after EXPLAIN, QUERY PLAN, ANALYZE, VERBOSE and options in parentheses. */
function explained(text: string): string {
  let rest = text.replace(/^explain\b/i, '');
  for (;;) {
    const shorter = rest
      .replace(SPACE_AND_COMMENTS, '')
      .replace(/^(?:query\s+plan|analyze|analyse|verbose)\b/i, '')
      .replace(/^\((?!\s*(?:select|with|values)\b)[^()]*\)/i, '');
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

const FORBIDDEN = new Set(
  (
    'begin start commit end rollback savepoint release abort set reset show listen notify unlisten load ' +
    'copy call do prepare execute deallocate declare fetch move close lock vacuum analyze reindex ' +
    'cluster checkpoint discard grant revoke truncate comment security refresh import merge pragma ' +
    'attach detach'
  ).split(' '),
);
