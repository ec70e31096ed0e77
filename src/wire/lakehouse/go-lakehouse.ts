import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { type Dialect, type Route, UnsupportedRequestError, type WireRequest } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { toMetadata } from '../json/hits.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
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
import { readGoRequest } from './go-lakehouse-requests.ts';
import { goChat, goSql, goStorage } from './go-lakehouse-services.ts';

/** Raise it whenever a mapping below changes: verdicts made with another one no longer hold. */
const MAPPING = 1;

const SEARCH_PATHS = ['/v1/matrix/search', '/v1/vectors/search'] as const;
const RETRIEVE_PATH = '/v1/matrix/retrieve';

/** What may differ between two installations of the Go gateway. */
export interface GoLakehouseOptions {
  /** Which endpoint answers `search`: vector-only retrieval over corpora (default), or one index. */
  readonly searchPath?: (typeof SEARCH_PATHS)[number];
}

const healthBody = z.object({
  status: z.literal('ok'),
  service: z.string().nullish(),
  version: z.string().nullish(),
});
const embedBody = z.object({
  vectors: z.array(z.unknown()),
  dimension: z.int().positive(),
  model: z.string().nullish(),
});
const hitRow = z.object({
  id: z.string(),
  distance: z.number(),
  corpus: z.string().nullish(),
  metadata: z.unknown().optional(),
});
const hitsBody = z.object({ results: z.array(hitRow) });
const ingestBody = z.object({ accepted: z.int().nonnegative() });

/**
 * The Go gateway of the lakehouse.
 *
 * Documented: the paths of health, embed, search and retrieve; `GET /health` answers
 * `{"status": "ok", "service": "gateway"}`; `POST /v1/embed` takes `{texts, model?}` and answers
 * `{vectors, dimension, model}` with raw vectors.
 *
 * Assumed, and to be corrected here alone:
 * - matrix (`/v1/matrix/retrieve`, `/v1/matrix/search`): `{query_text?, query_vector?, corpora, k,
 *   per_corpus_k?, metadata_filter?, model?}` → `{results: [{id, distance, corpus, metadata}],
 *   per_corpus: {name: count}}`. A text is embedded by the gateway. Each corpus is searched for
 *   per_corpus_k, merged by distance and cut to k. `metadata_filter` is the canonical filter as it stands.
 *   `/v1/matrix/search` is the vector-only form of the same, with the same bodies.
 * - `/v1/vectors/search`: `{index, text?, vector?, k, model?}` → `{results: [{id, distance, metadata}]}`,
 *   without a filter.
 * - `distance` is 1 − cosine, so the similarity is 1 − distance.
 * - ingest: `POST /v1/vectors/index` with `{index, items: [{id, vector, metadata}]}` → `{accepted}`. Texts
 *   are not taken, so each document needs its vector.
 * - Neither an exact search, nor a setting of effort, nor a listing of what an index holds.
 * @throws UsageError for a search path it does not know.
 */
export function goLakehouse(options: GoLakehouseOptions = {}): Dialect {
  const searchPath = options.searchPath ?? SEARCH_PATHS[0];
  if (!SEARCH_PATHS.includes(searchPath)) {
    throw new UsageError('dialect-option', `goLakehouse: unknown searchPath ${searchPath}`, {
      hint: `use ${SEARCH_PATHS.join(' or ')}`,
    });
  }
  return {
    name: 'go-lakehouse',
    fingerprint: `go-lakehouse@${MAPPING}${JSON.stringify({ searchPath })}`,
    health,
    embed,
    search: searchPath === '/v1/vectors/search' ? indexSearch : matrixSearch,
    searches: { 'vectors/search': indexSearch, 'matrix/search': matrixSearch },
    retrieve,
    ingest,
    sql: goSql,
    storage: goStorage,
    chat: goChat,
    decodeRequest: readGoRequest,
    takes: { ingest: 'vectors' },
  };
}

const health: Route<Record<string, never>, HealthResponse> = {
  path: '/health',
  encode: () => [{ method: 'GET', path: '/health' }],
  decode: (replies) => {
    const { service, version } = parseReply(healthBody, onlyReply(replies));
    return { service: service ?? null, version: version ?? null };
  },
};

const embed: Route<EmbedRequest, EmbedResponse> = {
  path: '/v1/embed',
  encode: ({ texts, model }) => [post('/v1/embed', { texts, model })],
  decode: (replies, { texts }) => {
    const body = parseReply(embedBody, onlyReply(replies));
    return {
      vectors: toVectors(body.vectors, texts.length, body.dimension, 'vectors'),
      dimension: body.dimension,
      model: body.model ?? null,
    };
  },
};

const matrixSearch: Route<SearchRequest, HitsResponse> = {
  path: '/v1/matrix/search',
  encode: ({ collection, ...request }) => [
    matrixRequest('/v1/matrix/search', { ...request, collections: [collection] }),
  ],
  decode: (replies, { collection }) => ({
    hits: parseReply(hitsBody, onlyReply(replies)).results.map((row) => toHit(row, collection)),
  }),
};

const indexSearch: Route<SearchRequest, HitsResponse> = {
  path: '/v1/vectors/search',
  encode: (request) => {
    if (request.filter !== undefined && Object.keys(request.filter).length > 0) {
      throw new UnsupportedRequestError('/v1/vectors/search takes no filter');
    }
    const { text, vector } = queryOf(request, '/v1/vectors/search');
    const { collection: index, k, model } = request;
    return [post('/v1/vectors/search', { index, text, vector, k, model })];
  },
  decode: matrixSearch.decode,
};

const retrieve: Route<RetrieveRequest, HitsResponse> = {
  path: RETRIEVE_PATH,
  encode: (request) => [matrixRequest(RETRIEVE_PATH, request)],
  decode: (replies, { collections }) => {
    const only = collections.length === 1 ? (collections[0] ?? null) : null;
    const { results } = parseReply(hitsBody, onlyReply(replies));
    return { hits: results.map((row) => toHit(row, only)) };
  },
};

const ingest: Route<IngestRequest, IngestResponse> = {
  path: '/v1/vectors/index',
  encode: ({ collection, documents }) => [
    post('/v1/vectors/index', {
      index: collection,
      items: documents.map(({ id, vector, metadata }) => {
        if (vector === undefined) {
          throw new UnsupportedRequestError(
            `/v1/vectors/index takes vectors: ${id} comes without one`,
          );
        }
        return { id, vector: Array.from(vector), metadata };
      }),
    }),
  ],
  decode: (replies) => ({ accepted: parseReply(ingestBody, onlyReply(replies)).accepted }),
};

function matrixRequest(path: string, request: RetrieveRequest): WireRequest {
  if (request.collections.length === 0) {
    throw new UnsupportedRequestError(`${path} needs a collection`);
  }
  const { text, vector } = queryOf(request, path);
  const filtered = request.filter !== undefined && Object.keys(request.filter).length > 0;
  return post(path, {
    query_text: text,
    query_vector: vector,
    corpora: request.collections,
    k: request.k,
    per_corpus_k: request.perCollectionK,
    metadata_filter: filtered ? request.filter : undefined,
    model: request.model,
  });
}

/** Undefined fields are left out of the body by JSON itself. */
function post(path: string, json: Record<string, unknown>): WireRequest {
  return { method: 'POST', path, json };
}

function queryOf(
  { text, vector }: SearchRequest | RetrieveRequest,
  path: string,
): { text: string | undefined; vector: number[] | undefined } {
  if ((text === undefined) === (vector === undefined)) {
    throw new UnsupportedRequestError(`${path} needs either a text or a vector`);
  }
  return { text, vector: vector === undefined ? undefined : Array.from(vector) };
}

/** `searched` is the only corpus that was asked, for endpoints that do not name it again. */
function toHit(row: z.output<typeof hitRow>, searched: string | null): Hit {
  const metadata = toMetadata(row.metadata);
  return {
    id: row.id,
    collection: row.corpus ?? searched,
    similarity: 1 - row.distance,
    rawScore: row.distance,
    ...(metadata === undefined ? {} : { metadata }),
  };
}
