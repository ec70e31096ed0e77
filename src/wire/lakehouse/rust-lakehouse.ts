import { z } from 'zod';
import {
  type Dialect,
  MalformedReplyError,
  type Route,
  UnsupportedRequestError,
  type WireReply,
  type WireRequest,
} from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { mergeHits, toMetadata } from '../json/hits.ts';
import { mediaTypeOf, onlyReply, parseReply, replyText } from '../json/json-reply.ts';
import { sqlFilter } from '../json/sql-filter.ts';
import type {
  EmbedRequest,
  EmbedResponse,
  HealthResponse,
  Hit,
  HitsResponse,
  IngestRequest,
  IngestResponse,
  RetrieveRequest,
  SearchRequest,
} from '../operations.ts';
import { readRustRequest } from './rust-lakehouse-requests.ts';
import { rustChat, rustSql, rustStorage } from './rust-lakehouse-services.ts';

/** Raise it whenever a mapping below changes: verdicts made with another one no longer hold. */
const MAPPING = 1;

const embedBody = z.object({
  embeddings: z.array(z.unknown()),
  dimensions: z.int().positive(),
  model: z.string().nullish(),
});
const hitRow = z.object({
  doc_id: z.string(),
  score: z.number(),
  metadata: z.unknown().optional(),
});
const searchBody = z.object({ results: z.array(hitRow) });
const hybridBody = z.object({ sources: z.array(hitRow) });
const ingestBody = z.object({ accepted: z.int().nonnegative() });

/**
 * The Rust gateway of the lakehouse.
 *
 * Documented: the paths of health, embed, search and retrieve; `GET /health` answers the text
 * `lakehouse ok`; `POST /ai/embed` takes `{texts, model?}` and answers `{embeddings, dimensions, model}`
 * with unit vectors.
 *
 * Assumed, and to be corrected here alone:
 * - search: `{index_name, query, top_k}` → `{results: [{doc_id, score, chunk_text, metadata}]}`, where
 *   `score` is the cosine similarity. It takes text only, and neither filter nor model.
 * - retrieve: `{question, index_name, sql_filter?, top_k, generate: false}` → `{sources: [{doc_id, score,
 *   chunk_text, metadata}], sql_matches, method}`, again with cosine similarities. It takes text only and
 *   no model. `sql_filter` is an SQL condition whose columns are named like the metadata fields.
 * - One request searches one index, so several collections are several requests, each for
 *   `perCollectionK ?? k`, merged here by score (highest first, ties in the order asked) and cut to k.
 * - ingest: `POST /vectors/index` with `{index_name, documents: [{id, text, metadata}]}` → `{accepted}`.
 *   The gateway embeds the texts itself; vectors of the request are not sent.
 * - Neither an exact search, nor a setting of effort, nor a listing of what an index holds.
 */
export function rustLakehouse(): Dialect {
  return {
    name: 'rust-lakehouse',
    fingerprint: `rust-lakehouse@${MAPPING}`,
    health,
    embed,
    search,
    retrieve,
    ingest,
    sql: rustSql,
    storage: rustStorage,
    chat: rustChat,
    decodeRequest: readRustRequest,
    takes: { ingest: 'texts' },
  };
}

const health: Route<Record<string, never>, HealthResponse> = {
  path: '/health',
  encode: () => [{ method: 'GET', path: '/health' }],
  decode: (replies) => {
    const reply = onlyReply(replies);
    const type = mediaTypeOf(reply);
    if (type === 'text/html') {
      throw new MalformedReplyError('expected the text "lakehouse ok", got text/html');
    }
    if (replyText(reply).trim() !== 'lakehouse ok') {
      throw new MalformedReplyError('expected the text "lakehouse ok", got another');
    }
    return { service: 'lakehouse', version: null };
  },
};

const embed: Route<EmbedRequest, EmbedResponse> = {
  path: '/ai/embed',
  encode: ({ texts, model }) => [post('/ai/embed', { texts, model })],
  decode: (replies, { texts }) => {
    const body = parseReply(embedBody, onlyReply(replies));
    return {
      vectors: toVectors(body.embeddings, texts.length, body.dimensions, 'embeddings'),
      dimension: body.dimensions,
      model: body.model ?? null,
    };
  },
};

const search: Route<SearchRequest, HitsResponse> = {
  path: '/vectors/search',
  encode: (request) => {
    if (request.filter !== undefined && Object.keys(request.filter).length > 0) {
      throw new UnsupportedRequestError('/vectors/search takes no filter');
    }
    return [
      post('/vectors/search', {
        index_name: request.collection,
        query: textFor(request, '/vectors/search'),
        top_k: request.k,
      }),
    ];
  },
  decode: (replies, { collection }) => {
    const { results } = parseReply(searchBody, onlyReply(replies));
    return { hits: results.map((row) => toHit(row, collection)) };
  },
};

const retrieve: Route<RetrieveRequest, HitsResponse> = {
  path: '/vectors/hybrid',
  encode: (request) => {
    const question = textFor(request, '/vectors/hybrid');
    const filter = sqlFilter(request.filter ?? {});
    if (request.collections.length === 0) {
      throw new UnsupportedRequestError('/vectors/hybrid needs a collection');
    }
    return request.collections.map((collection) =>
      post('/vectors/hybrid', {
        question,
        index_name: collection,
        sql_filter: filter ?? undefined,
        top_k: request.perCollectionK ?? request.k,
        generate: false,
      }),
    );
  },
  decode: (replies, { collections, perCollectionK, k }) => {
    const lists = replies.map((reply, index) => hybridHits(reply, collections[index] ?? null));
    const [only] = lists;
    // One list is left as it came: more rows than were asked for is a finding, not to be hidden.
    if (lists.length === 1 && only !== undefined && perCollectionK === undefined) {
      return { hits: only };
    }
    return { hits: mergeHits(lists, k) };
  },
};

const ingest: Route<IngestRequest, IngestResponse> = {
  path: '/vectors/index',
  encode: ({ collection, documents }) => [
    post('/vectors/index', {
      index_name: collection,
      documents: documents.map(({ id, text, metadata }) => ({ id, text, metadata })),
    }),
  ],
  decode: (replies) => ({ accepted: parseReply(ingestBody, onlyReply(replies)).accepted }),
};

function post(path: string, json: Record<string, unknown>): WireRequest {
  return { method: 'POST', path, json };
}

function textFor(request: SearchRequest | RetrieveRequest, path: string): string {
  if (request.vector !== undefined) {
    throw new UnsupportedRequestError(`${path} takes text, not a vector`);
  }
  if (request.text === undefined) throw new UnsupportedRequestError(`${path} needs a text`);
  return request.text;
}

function hybridHits(reply: WireReply, collection: string | null): Hit[] {
  return parseReply(hybridBody, reply).sources.map((row) => toHit(row, collection));
}

function toHit(row: z.output<typeof hitRow>, collection: string | null): Hit {
  const metadata = toMetadata(row.metadata);
  return {
    id: row.doc_id,
    collection,
    similarity: row.score,
    rawScore: row.score,
    ...(metadata === undefined ? {} : { metadata }),
  };
}
