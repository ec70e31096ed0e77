import { counted } from '../../counted.ts';
import { MalformedReplyError, RejectedReplyError } from '../dialect.ts';
import type { OperationTypes, RequestOf, ResponseOf } from '../operations.ts';

/** Code units of an id; the longest of any known backend has 64 KiB, and the usual limit is 512 bytes. */
const LONGEST_ID = 4096;
/** What a backend says of itself: a name, a version, a parameter. */
const LONGEST_NAME = 4096;
/** More of what was asked for is a finding; far more would only fill the memory. */
export const MOST_BEYOND = 1000;

/**
 * An answer, once it is known to be no larger and no less than what was asked for allows.
 * @throws MalformedReplyError that names the place: an id or a name of thousands of characters, far more entries than
 * were asked for, a count that is none, or other vectors than one a text; RejectedReplyError where documents were left
 * out.
 */
export function boundedAnswer<Name extends keyof OperationTypes>(
  name: Name,
  request: RequestOf<Name>,
  value: ResponseOf<Name>,
): ResponseOf<Name> {
  switch (name) {
    case 'search':
    case 'retrieve': {
      const { hits } = value as ResponseOf<'search'>;
      requireCount('hits', hits.length, (request as RequestOf<'search'>).k);
      for (const [rank, { id, collection }] of hits.entries()) {
        requireLength(`hits[${rank}].id`, id, LONGEST_ID);
        requireLength(`hits[${rank}].collection`, collection, LONGEST_NAME);
      }
      break;
    }
    case 'list': {
      const { documents } = value as ResponseOf<'list'>;
      requireCount('documents', documents.length, (request as RequestOf<'list'>).limit);
      for (const [row, { id }] of documents.entries()) {
        requireLength(`documents[${row}].id`, id, LONGEST_ID);
      }
      break;
    }
    case 'describe': {
      const { count, indexedCount, dimension } = value as ResponseOf<'describe'>;
      requireWhole('count', count);
      requireWhole('indexedCount', indexedCount);
      requireWhole('dimension', dimension);
      requireShortTexts(name, value);
      break;
    }
    case 'embed': {
      const { vectors, dimension } = value as ResponseOf<'embed'>;
      const { texts } = request as RequestOf<'embed'>;
      if (vectors.length !== texts.length) {
        throw new MalformedReplyError(`expected ${texts.length} vectors, got ${vectors.length}`);
      }
      const other = vectors.find(({ length }) => length === 0 || length !== dimension);
      if (other !== undefined) {
        throw new MalformedReplyError(
          `a vector of ${other.length} numbers, dimension ${dimension}`,
        );
      }
      requireShortTexts(name, value);
      break;
    }
    case 'ingest': {
      const { accepted } = value as ResponseOf<'ingest'>;
      const { documents } = request as RequestOf<'ingest'>;
      if (!(accepted >= documents.length)) {
        throw new RejectedReplyError(
          `took ${accepted} of ${counted(documents.length, 'document')}`,
        );
      }
      break;
    }
    case 'health':
      requireShortTexts(name, value);
      break;
  }
  return value;
}

/** Texts of an answer and of the objects in it; vectors are numbers, and are not looked at. */
function requireShortTexts(place: string, value: unknown): void {
  for (const [key, entry] of Object.entries(Object(value) as object)) {
    if (typeof entry === 'string') requireLength(`${place}.${key}`, entry, LONGEST_NAME);
    else if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
      requireShortTexts(`${place}.${key}`, entry);
    }
  }
}

function requireLength(place: string, text: string | null | undefined, most: number): void {
  if (text == null || text.length <= most) return;
  throw new MalformedReplyError(
    `${place}: ${text.length} characters, of which at most ${most} are read`,
  );
}

/** Of a database in which a number is missing: it would be NaN, which no comparison notices. */
function requireWhole(place: string, value: number | null): void {
  if (value === null || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new MalformedReplyError(`${place}: expected a whole number, got ${value}`);
}

function requireCount(place: string, count: number, wanted: number): void {
  if (count <= wanted + MOST_BEYOND) return;
  throw new MalformedReplyError(`${place}: ${count} where ${wanted} were asked for`);
}
