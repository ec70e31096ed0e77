import { z } from 'zod';
import { filterSchema } from '../../corpus/filter.ts';
import type { ReadRequest, ReceivedRequest } from '../dialect.ts';
import { isPost, wholeBody } from '../json/received.ts';

const name = z.string().min(1);
const depth = z.int().positive();
const vector = z.array(z.number()).min(1);
const model = name.nullish();
const indexBody = wholeBody({
  index: name,
  text: name.nullish(),
  vector: vector.nullish(),
  k: depth,
  model,
});
const matrixBody = wholeBody({
  query_text: name.nullish(),
  query_vector: vector.nullish(),
  corpora: z.array(name).min(1),
  k: depth,
  per_corpus_k: depth.nullish(),
  // `{}` is no filter.
  metadata_filter: z.union([z.strictObject({}).transform(() => null), filterSchema]).nullish(),
  model,
});

/**
 * A question as clients put it to the Go gateway: `POST /v1/vectors/search`, `/v1/matrix/search` and
 * `/v1/matrix/retrieve`, with the bodies that the dialect sends and no more.
 */
export function readGoRequest(received: ReceivedRequest): ReadRequest | null {
  if (isPost(received, '/v1/vectors/search')) {
    const body = indexBody.safeParse(received.json);
    if (!body.success) return null;
    const { index: collection, k } = body.data;
    const asked = questionOf(body.data.text, body.data.vector, body.data.model);
    return asked && { operation: 'search', request: { collection, k, ...asked } };
  }
  const isSearch = isPost(received, '/v1/matrix/search');
  if (!isSearch && !isPost(received, '/v1/matrix/retrieve')) return null;
  const body = matrixBody.safeParse(received.json);
  if (!body.success) return null;
  const { corpora: collections, k, per_corpus_k: perCollectionK, metadata_filter } = body.data;
  const asked = questionOf(body.data.query_text, body.data.query_vector, body.data.model);
  if (asked === null) return null;
  const filtered = metadata_filter == null ? {} : { filter: metadata_filter };
  const [collection = ''] = collections;
  if (isSearch && collections.length === 1 && perCollectionK == null) {
    return { operation: 'search', request: { collection, k, ...asked, ...filtered } };
  }
  const depths = perCollectionK == null ? { k } : { k, perCollectionK };
  return { operation: 'retrieve', request: { collections, ...depths, ...asked, ...filtered } };
}

function questionOf(
  text: string | null | undefined,
  values: readonly number[] | null | undefined,
  named: string | null | undefined,
): { text?: string; vector?: Float32Array; model?: string } | null {
  if ((text == null) === (values == null)) return null;
  return {
    ...(text == null ? {} : { text }),
    ...(values == null ? {} : { vector: Float32Array.from(values) }),
    ...(named == null ? {} : { model: named }),
  };
}
