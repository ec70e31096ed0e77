import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import type { Engine } from '../engine/engine.ts';
import { engineOfUrl } from '../engine/of-url.ts';
import { scalarsOf } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { inShape, parseReply } from '../json/json-reply.ts';
import type { Distance } from '../operations.ts';
import { luceneFilter } from './filter.ts';
import {
  countOf,
  describeRequests,
  hitsOfSearch,
  indexPath,
  ingestIndex,
  listIndex,
  rootHealth,
  TEXTS_AS_KEYWORDS,
  versionOf,
} from './index-routes.ts';
import type { ElasticsearchOptions } from './options.ts';

const SIMILARITY = { cosine: 'cosine', dot: 'max_inner_product', euclidean: 'l2_norm' } as const;
const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosine: 'cosine',
  // Of unit vectors alone, and scored as the cosine is.
  dot_product: 'cosine',
  max_inner_product: 'dot',
  l2_norm: 'euclidean',
};
/** Scores of the scripts are those of the index. */
const EXACT: Readonly<Record<string, (field: string) => string>> = {
  cosine: (field) => `(1.0 + cosineSimilarity(params.q, ${field})) / 2.0`,
  euclidean: (field) => `1.0 / (1.0 + Math.pow(l2norm(params.q, ${field}), 2))`,
  dot: (field) => `double d = dotProduct(params.q, ${field}); return d < 0 ? 1 / (1 - d) : d + 1;`,
};

const mappingBody = z.record(
  z.string(),
  z.object({ mappings: z.object({ properties: z.record(z.string(), z.unknown()).nullish() }) }),
);
const fieldBody = z.object({
  dims: z.int().nullish(),
  similarity: z.string().nullish(),
  index_options: z.record(z.string(), z.unknown()).nullish(),
});

/** Elasticsearch ≥ 8.12: kNN search with the filter during the walk. */
export function elasticsearch(options: ElasticsearchOptions = {}): Dialect {
  const { vectorField = 'embedding', index = 'hnsw', oversample } = options;
  const engine: Engine = {
    name: 'elasticsearch',
    mapping: 1,
    options,
    takes: { exact: 'query', effort: 'num_candidates' },
    maxK: 10_000,
    similarity: SCORES.lucene,
    health: rootHealth('elasticsearch'),
    describe: {
      path: '/{index}',
      encode: (place) => describeRequests(place),
      decode: ([root, mapping, counted], { distance }) => {
        const serverVersion = `Elasticsearch ${versionOf(root)}`;
        const none = { indexedCount: null, dimension: null, quantisation: null, parameters: {} };
        if (mapping === undefined || mapping.status === 404 || counted === undefined) {
          const absent = { ...none, exists: false, count: 0, index: null, serverVersion };
          return { ...absent, distance, handle: { exists: 'false' } };
        }
        const [found] = Object.values(parseReply(mappingBody, mapping));
        const field = inShape(fieldBody, found?.mappings.properties?.[vectorField] ?? {});
        const { type, ...parameters } = field.index_options ?? {};
        const kind = typeof type === 'string' ? type : null;
        const measured = DISTANCE_OF[field.similarity ?? 'cosine'] ?? distance;
        const quantisation = kind === null ? null : quantisationOf(kind);
        const asked = options.index === undefined ? null : quantisationOf(options.index);
        return {
          ...none,
          count: countOf(counted),
          dimension: field.dims ?? null,
          distance: measured,
          index: kind?.replace(/^(?:int8|int4|bbq)_/, '') ?? null,
          quantisationAsked: quantisation === asked,
          quantisation,
          parameters: scalarsOf(parameters),
          serverVersion,
          handle: { exists: 'true', distance: measured },
        };
      },
    },
    search: {
      path: '/{index}/_search',
      encode: (place, { vector, k, filter, effort, exact }) => {
        const q = Array.from(vector);
        const clauses = filter === null ? undefined : luceneFilter(filter);
        const common = { size: k, _source: false, track_total_hits: false };
        const path = indexPath(place, '/_search');
        if (exact || options.exact === true) {
          const rows = clauses === undefined ? { match_all: {} } : { bool: { filter: clauses } };
          const source = EXACT[place.distance]?.(`'${vectorField}'`);
          const script = { source, params: { q } };
          const query = { script_score: { query: rows, script } };
          return { method: 'POST', path, json: { ...common, query } };
        }
        const candidates = effort ?? options.effort;
        const knn = {
          field: vectorField,
          query_vector: q,
          k,
          num_candidates: candidates === undefined ? undefined : Math.max(candidates, k),
          filter: clauses,
          rescore_vector: oversample === undefined ? undefined : { oversample },
        };
        return { method: 'POST', path, json: { ...common, knn } };
      },
      decode: (reply) =>
        hitsOfSearch(reply).map(({ _id: id, _score: score }) => ({
          id,
          rawScore: score ?? Number.NaN,
        })),
    },
    list: listIndex(vectorField, (place) => ({
      method: 'POST',
      path: indexPath(place, '/_pit?keep_alive=1m'),
    })),
    ingest: ingestIndex(vectorField, (place, dims) => ({
      mappings: {
        dynamic_templates: TEXTS_AS_KEYWORDS,
        properties: {
          [vectorField]: {
            type: 'dense_vector',
            dims,
            index: true,
            similarity: SIMILARITY[place.distance as keyof typeof SIMILARITY],
            index_options:
              index === 'flat'
                ? { type: index }
                : { type: index, m: options.m, ef_construction: options.efConstruction },
          },
        },
      },
    })),
  };
  return vectorDialect(engine);
}

function quantisationOf(kind: string): string {
  if (kind.startsWith('int8')) return 'int8';
  if (kind.startsWith('int4')) return 'int4';
  return kind.startsWith('bbq') ? 'binary' : 'none';
}

/** `elasticsearch://host:9200/INDEX?…`; the API key is in ELASTICSEARCH_API_KEY. */
export const elasticsearchOfUrl = engineOfUrl<ElasticsearchOptions>({
  port: 9200,
  ownIds: true,
  key: 'ELASTICSEARCH_API_KEY',
  header: (key) => ({ authorization: `ApiKey ${key}` }),
  own: ({ text, whole, flag, oneOf }) => ({
    vectorField: text('vector'),
    effort: whole('effort') ?? whole('num_candidates'),
    exact: flag('exact'),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
    index: oneOf('index', ['hnsw', 'int8_hnsw', 'int4_hnsw', 'bbq_hnsw', 'flat']),
    oversample: whole('oversample'),
  }),
  dialect: elasticsearch,
});
