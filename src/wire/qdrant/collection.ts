import { z } from 'zod';
import type { WireReply, WireRequest } from '../dialect.ts';
import type { Engine, Place } from '../engine/engine.ts';
import { lookUntil } from '../engine/ready.ts';
import { inShape, jsonOf, parseReply } from '../json/json-reply.ts';
import type { Distance } from '../operations.ts';
import type { QdrantOptions } from './options.ts';

const DISTANCE = { cosine: 'Cosine', dot: 'Dot', euclidean: 'Euclid', manhattan: 'Manhattan' };
const DISTANCE_OF: Readonly<Record<string, Distance>> = Object.fromEntries(
  Object.entries(DISTANCE).map(([ours, theirs]) => [theirs, ours as Distance]),
);

const vectorParams = z.object({ size: z.int(), distance: z.string() });
const infoBody = z.object({
  result: z.object({
    status: z.string(),
    indexed_vectors_count: z.int().nullish(),
    config: z.object({
      params: z.object({ vectors: z.union([vectorParams, z.record(z.string(), vectorParams)]) }),
      hnsw_config: z.object({
        m: z.int(),
        ef_construct: z.int(),
        full_scan_threshold: z.int(),
      }),
      optimizer_config: z.object({ indexing_threshold: z.int().nullish() }).nullish(),
      quantization_config: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
});
const countBody = z.object({ result: z.object({ count: z.int() }) });
const rootBody = z.object({ version: z.string() });

/** What a collection says of itself, its exact count, and the server's version. */
export function describeQdrant(
  at: (place: Place, rest?: string) => string,
  { using, quantisation }: QdrantOptions,
): Engine['describe'] {
  return {
    path: '/collections/{collection}',
    encode: (place) => [
      { method: 'GET', path: '/' },
      { method: 'GET', path: at(place), answers: [404] },
      { method: 'POST', path: at(place, '/points/count'), json: { exact: true }, answers: [404] },
    ],
    decode: ([root, info, counted], { distance }) => {
      const serverVersion = `Qdrant ${inShape(rootBody, root && jsonOf(root)).version}`;
      const base = { indexedCount: null, quantisation: null, parameters: {}, serverVersion };
      if (info === undefined || info.status === 404 || counted === undefined) {
        const none = { count: 0, dimension: null, index: null };
        return { ...base, ...none, exists: false, distance, handle: { exists: 'false' } };
      }
      const { result } = parseReply(infoBody, info);
      const { hnsw_config: hnsw, optimizer_config: optimizer } = result.config;
      const { vectors } = result.config.params;
      const vector = 'size' in vectors && 'distance' in vectors ? vectors : vectors[using ?? ''];
      const found = DISTANCE_OF[String(vector?.distance)] ?? distance;
      const threshold = optimizer?.indexing_threshold;
      const stored = quantisationOf(result.config.quantization_config ?? {});
      return {
        ...base,
        count: parseReply(countBody, counted).result.count,
        indexedCount: result.indexed_vectors_count ?? null,
        dimension: typeof vector?.size === 'number' ? vector.size : null,
        distance: found,
        index: hnsw.m === 0 ? 'flat' : 'hnsw',
        quantisationAsked: quantisation === stored,
        quantisation: stored,
        parameters: {
          m: hnsw.m,
          ef_construct: hnsw.ef_construct,
          full_scan_threshold: hnsw.full_scan_threshold,
          ...(threshold == null ? {} : { indexing_threshold: threshold }),
          status: result.status,
        },
        handle: { exists: 'true', distance: found },
      };
    },
  };
}

/** The request that makes a collection which is not there; none where it is. */
export function createCollection(
  path: string,
  { handle, distance }: Place,
  size: number,
  options: QdrantOptions,
): WireRequest[] {
  if (handle.exists !== 'false') return [];
  const params = { size, distance: DISTANCE[distance as keyof typeof DISTANCE] };
  const json = {
    vectors: options.using === undefined ? params : { [options.using]: params },
    hnsw_config: { m: options.m, ef_construct: options.efConstruct },
    optimizers_config: { indexing_threshold: options.indexingThreshold },
    quantization_config: QUANTISATIONS[options.quantisation ?? 'none'],
  };
  return [{ method: 'PUT', path, json }];
}

const QUANTISATIONS = {
  none: undefined,
  int8: { scalar: { type: 'int8' } },
  binary: { binary: {} },
} as const;

/** Looks at the collection until all its segments are optimised, after the requests that filled it. */
export function waitUntilGreen(
  replies: readonly WireReply[],
  path: string,
  { handle }: Place,
): readonly WireRequest[] {
  const looks = replies.slice(handle.exists === 'false' ? 2 : 1);
  return lookUntil(looks, { method: 'GET', path }, (reply) => {
    const { status } = parseReply(infoBody, reply).result;
    // Grey: waits for the next write before it optimises.
    return status === 'green' || status === 'grey';
  });
}

function quantisationOf(config: Readonly<Record<string, unknown>>): string {
  const [kind] = Object.keys(config);
  if (kind === undefined) return 'none';
  return kind === 'scalar' ? 'int8' : kind;
}
