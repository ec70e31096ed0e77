import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { shownUrl } from '../secrets/urls.ts';
import type { Backend } from './backend.ts';
import { chromaOfUrl } from './chroma/chroma.ts';
import type { OfUrl, OfUrlOptions } from './driver/of-url.ts';
import { filePathOf, parseDriverUrl } from './driver/url.ts';
import { cohereOfUrl } from './embedders/cohere.ts';
import { ollamaOfUrl } from './embedders/ollama.ts';
import { openaiOfUrl } from './embedders/openai.ts';
import { teiOfUrl } from './embedders/tei.ts';
import { hnswOfUrl } from './hnsw/hnsw.ts';
import { oneLine } from './http/detail.ts';
import { lancedbOfUrl } from './lancedb/lancedb.ts';
import { elasticsearchOfUrl } from './lucene/elasticsearch.ts';
import { opensearchOfUrl } from './lucene/opensearch.ts';
import { mariadbOfUrl } from './mariadb/mariadb.ts';
import { meilisearchOfUrl } from './meilisearch/meilisearch.ts';
import { milvusOfUrl } from './milvus/milvus.ts';
import { mongodbOfUrl } from './mongodb/mongodb.ts';
import { pineconeOfUrl } from './pinecone/pinecone.ts';
import { pgliteOfUrl, pgvectorOfUrl } from './postgres/from-url.ts';
import { qdrantOfUrl } from './qdrant/qdrant.ts';
import { redisOfUrl } from './redis/redis.ts';
import { sqliteVecOfUrl } from './sqlite-vec/sqlite-vec.ts';
import { turbopufferOfUrl } from './turbopuffer/turbopuffer.ts';
import { typesenseOfUrl } from './typesense/typesense.ts';
import { vespaOfUrl } from './vespa/vespa.ts';
import { weaviateOfUrl } from './weaviate/weaviate.ts';

/** Every backend that a URL can name, by its scheme: a new one is a line here. `isFile`: the rest is a path. */
const BACKENDS: Readonly<Record<string, { readonly ofUrl: OfUrl; readonly isFile?: true }>> = {
  pgvector: { ofUrl: pgvectorOfUrl },
  pglite: { ofUrl: pgliteOfUrl, isFile: true },
  hnsw: { ofUrl: hnswOfUrl, isFile: true },
  lancedb: { ofUrl: lancedbOfUrl, isFile: true },
  mariadb: { ofUrl: mariadbOfUrl },
  mongodb: { ofUrl: mongodbOfUrl },
  'mongodb+srv': { ofUrl: mongodbOfUrl },
  redis: { ofUrl: redisOfUrl },
  'sqlite-vec': { ofUrl: sqliteVecOfUrl, isFile: true },
  chroma: { ofUrl: chromaOfUrl },
  qdrant: { ofUrl: qdrantOfUrl },
  elasticsearch: { ofUrl: elasticsearchOfUrl },
  opensearch: { ofUrl: opensearchOfUrl },
  weaviate: { ofUrl: weaviateOfUrl },
  milvus: { ofUrl: milvusOfUrl },
  pinecone: { ofUrl: pineconeOfUrl },
  turbopuffer: { ofUrl: turbopufferOfUrl },
  typesense: { ofUrl: typesenseOfUrl },
  meilisearch: { ofUrl: meilisearchOfUrl },
  vespa: { ofUrl: vespaOfUrl },
  ollama: { ofUrl: ollamaOfUrl },
  openai: { ofUrl: openaiOfUrl },
  tei: { ofUrl: teiOfUrl },
  cohere: { ofUrl: cohereOfUrl },
};

/** Stands for the number of a build in a URL; 0 where nobody counts builds. */
export const BUILD_PLACEHOLDER = '{build}';

/** The schemes that name a backend, beside `http:` and `https:`. */
export function backendSchemes(): readonly string[] {
  return Object.keys(BACKENDS);
}

/** Whether a URL names its backend by its scheme, known or not; any other is one of HTTP with a dialect, or none. */
export function isDriverUrl(text: string): boolean {
  const scheme = schemeOf(text);
  if (scheme === '' || scheme === 'http' || scheme === 'https') return false;
  return Object.hasOwn(BACKENDS, scheme) || text.startsWith('://', scheme.length);
}

/**
 * The backend that a URL names; nothing is connected to.
 * @throws UsageError for a scheme, a parameter or a value that is not known.
 */
export function backendOfUrl(given: string, options: OfUrlOptions): Backend {
  const text = given.replaceAll(BUILD_PLACEHOLDER, '0');
  const scheme = schemeOf(text);
  const found = Object.hasOwn(BACKENDS, scheme) ? BACKENDS[scheme] : undefined;
  if (found !== undefined) {
    // A path may hold what no host may.
    const url = found.isFile === true ? text.replace(/^([^:]*:)[^?]*/, '$1path') : text;
    return found.ofUrl(parseDriverUrl(url), text, options);
  }
  throw new UsageError(
    'backend-url',
    `${oneLine(shownUrl(text), 120)}: no backend is named ${scheme}:`,
    {
      hint: `use http:, https:, ${backendSchemes().join(':, ')}:`,
    },
  );
}

/** A URL whose path lies below `folder` where it is relative; any other as it is. */
export function absoluteUrl(text: string, folder: string): string {
  const file = isDriverUrl(text) && BACKENDS[schemeOf(text)]?.isFile === true;
  const [, scheme = '', path = '', rest = ''] = /^([^:]*:\/\/)([^?#]*)(.*)$/s.exec(text) ?? [];
  if (!file || path === '') return text;
  const parts = resolve(folder, filePathOf(text)).split('/').map(encodeURIComponent);
  const absolute = parts
    .join('/')
    .replaceAll(encodeURIComponent(BUILD_PLACEHOLDER), BUILD_PLACEHOLDER);
  return `${scheme}${absolute}${rest}`;
}

function schemeOf(text: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
}
