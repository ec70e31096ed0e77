import type { Document } from 'mongodb';
import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import type { IngestRequest, ListResponse } from '../operations.ts';
import type { MongodbCollection } from './options.ts';

type Library = typeof import('mongodb');

/** A stored document as `list` gives it. */
export function listedDocument(
  row: Document,
  library: Library,
  { idField, vectorField, metadataField }: MongodbCollection,
  vectors: boolean,
): ListResponse['documents'][number] {
  const { [idField]: id, ...rest } = row;
  const own = new Set(['_id', idField, vectorField.split('.')[0]]);
  const fields =
    metadataField === ''
      ? Object.fromEntries(Object.entries(rest).filter(([name]) => !own.has(name)))
      : row[metadataField];
  const metadata = toMetadata(fields);
  const stored = vectors ? at(row, vectorField) : undefined;
  const named = mongoIdText(id, library);
  return {
    id: named,
    ...(metadata === undefined ? {} : { metadata }),
    ...(stored == null ? {} : { vector: vectorOf(stored, library, named) }),
  };
}

/**
 * An id as the corpus has it: a text, a number, an ObjectId or a UUID.
 * @throws MalformedReplyError for documents, binary data and dates, whose text is that of many or of none
 */
export function mongoIdText(value: unknown, { ObjectId, UUID, Long }: Library): string {
  const isNamed = value instanceof ObjectId || value instanceof UUID || value instanceof Long;
  return isNamed ? value.toString() : idText(value, 'id');
}

/** What replaces a document. @throws UnsupportedRequestError where it has no vector, or cannot be told by `_id` */
export function storedDocument(
  { id, vector, metadata }: IngestRequest['documents'][number],
  { Binary }: Library,
  { idField, vectorField, metadataField }: MongodbCollection,
): Document {
  if (vector === undefined) throw new UnsupportedRequestError(`document ${id} has no vector`);
  if (idField !== '_id' || vectorField.includes('.')) {
    throw new UnsupportedRequestError('takes documents by their _id, with the vector in a field');
  }
  const fields = metadataField === '' ? metadata : { [metadataField]: metadata };
  // Four bytes a number; a list of numbers takes eleven and more.
  return { ...fields, _id: id, [vectorField]: Binary.fromFloat32Array(vector) };
}

function at(row: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null ? (value as Document)[name] : undefined;
  }, row);
}

const FLOAT32 = 0x27;
const INT8 = 0x03;

/** A list of numbers, or binary data of float32 or int8 numbers, as a vector. */
function vectorOf(value: unknown, { Binary }: Pick<Library, 'Binary'>, id: string): Float32Array {
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_VECTOR) {
    if (value.buffer[0] === FLOAT32) return value.toFloat32Array();
    if (value.buffer[0] === INT8) return Float32Array.from(value.toInt8Array());
  }
  if (Array.isArray(value)) {
    const vector = Float32Array.from(value, Number);
    if (vector.every(Number.isFinite)) return vector;
  }
  throw new MalformedReplyError(`document ${id}: the vector is no list of numbers`);
}
