import { UsageError } from '../errors.ts';
import { withoutLineBreaks } from '../schema-error.ts';
import { type DocumentKey, keysOf, partsOf } from './document-key.ts';
import { readLines } from './files/lines.ts';
import type { Collection, Judgments, Query } from './types.ts';

/** Judgments as they were read, with the number of lines and the sha256 (hex) of the file. */
export interface LoadedJudgments {
  readonly judgments: Judgments;
  readonly count: number;
  readonly sha256: string;
}

/**
 * Reads judgments, a line each: query id, `collection/id` and an integer grade 0–3, tab-separated.
 * @throws UsageError with file and line for a malformed line, an unknown query or document, a
 * document outside the query's collections, a grade out of range, or a pair judged twice.
 */
export async function loadJudgments(
  path: string,
  queries: readonly Query[],
  collections: readonly Collection[],
): Promise<LoadedJudgments> {
  const asked = new Map(queries.map((query) => [query.id, query]));
  // One shared string a document: parsed keys would each keep their own copy alive.
  const keys = new Map(keysOf(collections).map((key): [string, DocumentKey] => [key, key]));
  const judgments = new Map<string, Map<DocumentKey, number>>();
  let count = 0;
  const sha256 = await readLines(path, (text, line) => {
    const where = `${path}:${line}`;
    const { queryId, documentKey, grade } = parsedLine(text, where);
    const query = asked.get(queryId);
    if (query === undefined) {
      throw problem('unknown-query', where, `no query has the id ${queryId}`, QUERY_HINT);
    }
    const document = keys.get(documentKey);
    if (document === undefined) {
      throw problem('unknown-document', where, `no document is ${documentKey}`, KEY_HINT);
    }
    if (!query.collections.includes(partsOf(document).collection)) {
      const message = `query ${queryId} does not ask the collection of ${documentKey}`;
      throw problem('judgment-collection', where, message, KEY_HINT);
    }
    const ofQuery = judgments.get(query.id) ?? new Map<DocumentKey, number>();
    if (ofQuery.has(document)) {
      const message = `${queryId} and ${documentKey} are judged a second time`;
      throw problem('duplicate-judgment', where, message, 'keep one line a pair');
    }
    ofQuery.set(document, grade);
    judgments.set(query.id, ofQuery);
    count += 1;
  });
  return { judgments, count, sha256 };
}

const QUERY_HINT = 'remove the line, or add the query to the queries file';
const KEY_HINT = 'a document is written collection/id, in a collection that the query asks';

function parsedLine(
  text: string,
  where: string,
): { queryId: string; documentKey: string; grade: number } {
  const fields = text.replace(/\r$/, '').split('\t');
  const [queryId, documentKey, written] = fields;
  if (
    fields.length !== 3 ||
    queryId === undefined ||
    documentKey === undefined ||
    written === undefined
  ) {
    const message = `${fields.length} tab-separated fields instead of 3`;
    throw problem('malformed-judgment', where, message, 'query id, collection/id and grade');
  }
  if (!/^[0-3]$/.test(written)) {
    const message = `the grade ${JSON.stringify(written)} is not 0, 1, 2 or 3`;
    throw problem('grade', where, message, '0 is not relevant, 3 is exactly what was asked for');
  }
  return { queryId, documentKey, grade: Number(written) };
}

function problem(kind: string, where: string, message: string, hint: string): UsageError {
  return new UsageError(`corpus-${kind}`, `${where}: ${withoutLineBreaks(message)}`, {
    hint,
    context: { where },
  });
}
