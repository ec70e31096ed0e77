import { z } from 'zod';
import { type Dialect, UnsupportedRequestError } from '../dialect.ts';
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
import type { LuceneOptions } from './options.ts';

const SPACE = { cosine: 'cosinesimil', dot: 'innerproduct', euclidean: 'l2' } as const;
const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosinesimil: 'cosine',
  innerproduct: 'dot',
  l2: 'euclidean',
};
/** Scores of the scripts are those of the index. */
const EXACT: Readonly<Record<string, (field: string) => string>> = {
  cosine: (field) => `(1.0 + cosineSimilarity(params.q, ${field})) / 2.0`,
  euclidean: (field) => `1.0 / (1.0 + l2Squared(params.q, ${field}))`,
};

const method = z.object({
  name: z.string().nullish(),
  engine: z.string().nullish(),
  space_type: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});
const fieldBody = z.object({
  dimension: z.int().nullish(),
  space_type: z.string().nullish(),
  mode: z.string().nullish(),
  compression_level: z.string().nullish(),
  method: method.nullish(),
});
const GRAPH_FROM = 'index.knn.advanced.approximate_threshold';
const indexSettings = z.object({ [GRAPH_FROM]: z.coerce.number().nullish() }).nullish();
const mappingBody = z.record(
  z.string(),
  z.object({
    mappings: z.object({ properties: z.record(z.string(), z.unknown()).nullish() }),
    settings: indexSettings,
    defaults: indexSettings,
  }),
);

/** OpenSearch ≥ 2.16: k-NN queries with the filter inside. */
export function opensearch(options: LuceneOptions = {}): Dialect {
  const { vectorField = 'embedding' } = options;
  const engine: Engine = {
    name: 'opensearch',
    mapping: 1,
    options,
    takes: { exact: 'query', effort: 'ef_search' },
    maxK: 10_000,
    similarity: SCORES.lucene,
    health: rootHealth('opensearch'),
    describe: {
      path: '/{index}',
      // Defaults too, under their whole names: which one holds depends on the version.
      encode: (place) => describeRequests(place, '?include_defaults=true&flat_settings=true'),
      decode: ([root, mapping, counted], { distance }) => {
        const serverVersion = `OpenSearch ${versionOf(root)}`;
        const none = { indexedCount: null, dimension: null, quantisation: null, parameters: {} };
        if (mapping === undefined || mapping.status === 404 || counted === undefined) {
          const absent = { ...none, exists: false, count: 0, index: null, serverVersion };
          return { ...absent, distance, handle: { exists: 'false' } };
        }
        const [found] = Object.values(parseReply(mappingBody, mapping));
        const field = inShape(fieldBody, found?.mappings.properties?.[vectorField] ?? {});
        const space = field.space_type ?? field.method?.space_type ?? 'l2';
        const measured = DISTANCE_OF[space] ?? distance;
        const { mode, compression_level: compression, method: by } = field;
        const count = countOf(counted);
        const graphFrom = found?.settings?.[GRAPH_FROM] ?? found?.defaults?.[GRAPH_FROM];
        return {
          ...none,
          count,
          indexedCount: hasNoGraph(count, graphFrom ?? 0, by?.engine ?? 'faiss') ? 0 : null,
          dimension: field.dimension ?? null,
          distance: measured,
          index: by?.name ?? 'hnsw',
          quantisation: compression ?? (mode === 'on_disk' ? '32x' : 'none'),
          parameters: {
            ...(by?.engine == null ? {} : { engine: by.engine }),
            ...(graphFrom == null ? {} : { approximate_threshold: graphFrom }),
            ...scalarsOf(by?.parameters ?? {}),
          },
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
          const source = EXACT[place.distance]?.(`doc['${vectorField}']`);
          if (source === undefined) {
            throw new UnsupportedRequestError(`no exact search by ${place.distance}`);
          }
          const rows = clauses === undefined ? { match_all: {} } : { bool: { filter: clauses } };
          const query = { script_score: { query: rows, script: { source, params: { q } } } };
          return { method: 'POST', path, json: { ...common, query } };
        }
        const ef = effort ?? options.effort;
        const knn = {
          vector: q,
          k,
          filter: clauses === undefined ? undefined : { bool: { filter: clauses } },
          method_parameters: ef === undefined ? undefined : { ef_search: ef },
        };
        return {
          method: 'POST',
          path,
          json: { ...common, query: { knn: { [vectorField]: knn } } },
        };
      },
      decode: (reply) =>
        hitsOfSearch(reply).map(({ _id: id, _score: score }) => ({
          id,
          rawScore: score ?? Number.NaN,
        })),
    },
    list: listIndex(vectorField, (place) => ({
      method: 'POST',
      path: indexPath(place, '/_search/point_in_time?keep_alive=1m'),
    })),
    ingest: ingestIndex(vectorField, (place, dimension) => ({
      settings: { index: { knn: true } },
      mappings: {
        dynamic_templates: TEXTS_AS_KEYWORDS,
        properties: {
          [vectorField]: {
            type: 'knn_vector',
            dimension,
            space_type: SPACE[place.distance as keyof typeof SPACE],
            method: {
              name: 'hnsw',
              engine: 'faiss',
              parameters: { m: options.m, ef_construction: options.efConstruction },
            },
          },
        },
      },
    })),
  };
  return vectorDialect(engine);
}

/** Whether no segment can have a graph: each has fewer rows than a graph begins with. Lucene's engine always has one. */
function hasNoGraph(count: number, graphFrom: number, engine: string): boolean {
  return engine !== 'lucene' && (graphFrom < 0 || count < graphFrom);
}

/** `opensearch://user@host:9200/INDEX?…`; the password is in OPENSEARCH_PASSWORD. */
export const opensearchOfUrl = engineOfUrl<LuceneOptions>({
  port: 9200,
  ownIds: true,
  key: 'OPENSEARCH_PASSWORD',
  header: (password, user) => ({
    authorization: `Basic ${Buffer.from(`${user || 'admin'}:${password}`).toString('base64')}`,
  }),
  own: ({ text, whole, flag }) => ({
    vectorField: text('vector'),
    effort: whole('effort') ?? whole('ef_search'),
    exact: flag('exact'),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
  }),
  dialect: opensearch,
});
