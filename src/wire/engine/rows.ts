import { createHash } from 'node:crypto';
import type { Metadata } from '../../corpus/types.ts';
import { MalformedReplyError, UnsupportedRequestError } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import type { IngestRequest } from '../operations.ts';

/** One document that carries its vector. */
export interface VectorRow {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  readonly vector: number[];
}

/** The documents of a request. @throws UnsupportedRequestError where one has no vector */
export function vectorRows({ documents }: IngestRequest): VectorRow[] {
  return documents.map(({ vector, ...document }) => {
    if (vector !== undefined) return { ...document, vector: Array.from(vector) };
    throw new UnsupportedRequestError(`document ${document.id} has no vector`);
  });
}

/** A UUID that is always the same for one id, for engines that take no other ids. */
export function uuidOf(id: string): string {
  const hash = createHash('sha256').update(id).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [8, 12, 16, 20, 32]
    .map((end, at, all) => hex.slice(at === 0 ? 0 : all[at - 1], end))
    .join('-');
}

/** A list of numbers as a vector. @throws MalformedReplyError for anything else */
export function vectorOf(value: unknown, place: string): Float32Array {
  const length = Array.isArray(value) ? value.length : 0;
  const [vector] = toVectors([value], 1, length, place);
  if (vector === undefined || length === 0) throw new MalformedReplyError(`${place}: no vector`);
  return vector;
}

/** The texts, finite numbers and truth values among what an index says of itself. */
export function scalarsOf(
  values: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string | number | boolean] =>
        ['string', 'boolean'].includes(typeof entry[1]) || Number.isFinite(entry[1]),
    ),
  );
}

/** The metadata without nulls, which say nothing, and without what `keeps` refuses. */
export function metadataWith(
  metadata: Metadata,
  keeps: (value: Metadata[string]) => boolean = () => true,
): Metadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== null && keeps(value)),
  );
}

/** Metadata without the field that holds the id. */
export function withoutField(metadata: Metadata | undefined, field: string): Metadata | undefined {
  if (metadata === undefined || !Object.hasOwn(metadata, field)) return metadata;
  const { [field]: _, ...rest } = metadata;
  return rest;
}
