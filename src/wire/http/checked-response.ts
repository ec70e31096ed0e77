import { UsageError } from '../../errors.ts';
import type { HitsResponse, ListResponse } from '../operations.ts';

/**
 * What a dialect's decode gave, once it is known to have the canonical form that everything else relies on.
 * @throws UsageError naming the dialect and the place, for a promise, an id that is no text, or a score that is no number.
 */
export function checkedResponse<Response>(
  dialect: string,
  operation: string,
  value: Response,
): Response {
  const wrong = (what: string, hint: string): UsageError =>
    new UsageError('dialect-decode', `dialect ${dialect}: decode of ${operation} gave ${what}`, {
      hint,
    });
  if (isPromise(value)) {
    throw wrong('a promise', 'decode must be synchronous: leave out async and await');
  }
  if (operation === 'search' || operation === 'retrieve') {
    const { hits } = Object(value) as Partial<HitsResponse>;
    if (!Array.isArray(hits)) throw wrong('no list of hits', 'return { hits: [...] }');
    for (const [rank, hit] of hits.entries()) {
      const { id, similarity, rawScore } = Object(hit) as HitsResponse['hits'][number];
      if (typeof id !== 'string') throw wrong(`hits[${rank}].id: ${shown(id)}`, ID_HINT);
      if (typeof similarity !== 'number' || typeof rawScore !== 'number') {
        const [field, score] =
          typeof similarity === 'number' ? ['rawScore', rawScore] : ['similarity', similarity];
        throw wrong(
          `hits[${rank}].${field}: ${shown(score)}`,
          'similarity and rawScore are numbers; higher similarity is nearer',
        );
      }
    }
  }
  if (operation === 'list') {
    const { documents } = Object(value) as Partial<ListResponse>;
    if (!Array.isArray(documents)) {
      throw wrong('no list of documents', 'return { documents: [...], cursor }');
    }
    for (const [row, document] of documents.entries()) {
      const { id } = Object(document) as ListResponse['documents'][number];
      if (typeof id !== 'string') throw wrong(`documents[${row}].id: ${shown(id)}`, ID_HINT);
    }
  }
  return value;
}

const ID_HINT = 'ids are texts, the same as in the corpus: use e.g. String(row.id)';

/** Whether a value can be awaited. */
export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  return value === null ? 'null' : `a value of type ${typeof value}`;
}
