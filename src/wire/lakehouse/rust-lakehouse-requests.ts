import { z } from 'zod';
import type { ReadRequest, ReceivedRequest } from '../dialect.ts';
import { readSqlFilter } from '../json/read-sql-filter.ts';
import { isPost, wholeBody } from '../json/received.ts';

const name = z.string().min(1);
const depth = z.int().positive();
const searchBody = wholeBody({ index_name: name, query: name, top_k: depth });
const hybridBody = wholeBody({
  question: name,
  index_name: name,
  sql_filter: z.string().nullish(),
  top_k: depth,
  generate: z.literal(false).nullish(),
});

/**
 * A question as clients put it to the Rust gateway: `POST /vectors/search` and `/vectors/hybrid`, with the bodies
 * that the dialect sends and no more. One that wants an answer written from the documents too (`generate`) is another
 * question: nobody else would write it, and the time that it takes is not that of a search.
 */
export function readRustRequest(received: ReceivedRequest): ReadRequest | null {
  if (isPost(received, '/vectors/search')) {
    const body = searchBody.safeParse(received.json);
    if (!body.success) return null;
    const { index_name: collection, query: text, top_k: k } = body.data;
    return { operation: 'search', request: { collection, text, k } };
  }
  if (!isPost(received, '/vectors/hybrid')) return null;
  const body = hybridBody.safeParse(received.json);
  if (!body.success) return null;
  const { question: text, index_name: collection, sql_filter: sql, top_k: k } = body.data;
  const filter = readSqlFilter(sql ?? '');
  if (filter === null) return null;
  const filtered = Object.keys(filter).length > 0 ? { filter } : {};
  return { operation: 'retrieve', request: { collections: [collection], text, k, ...filtered } };
}
