import { z } from 'zod';
import { MalformedReplyError, type WireReply, type WireRequest } from '../dialect.ts';
import type { Engine, Place } from '../engine/engine.ts';
import { scalarsOf } from '../engine/rows.ts';
import { parseReply } from '../json/json-reply.ts';
import type { Distance } from '../operations.ts';
import type { ChromaOptions } from './options.ts';

const SPACE = { cosine: 'cosine', dot: 'ip', euclidean: 'l2' } as const;
const DISTANCE_OF: Readonly<Record<string, Distance>> = {
  cosine: 'cosine',
  ip: 'dot',
  l2: 'euclidean',
};

const index = z.record(z.string(), z.unknown()).nullish();
const collectionBody = z.object({
  id: z.string(),
  dimension: z.int().nullish(),
  configuration_json: z.object({ hnsw: index, spann: index }).nullish(),
});

/** Resolves the name to an id, and counts. */
export function describeChroma(all: string): Engine['describe'] {
  return {
    path: '/api/v2/…/collections/{name}',
    encode: ({ name }) => [
      { method: 'GET', path: '/api/v2/version' },
      { method: 'GET', path: `${all}/${encodeURIComponent(name)}`, answers: [404] },
    ],
    next: ([, found, counted]) =>
      found === undefined || found.status === 404 || counted !== undefined
        ? []
        : [{ method: 'GET', path: `${all}/${createdId(found)}/count` }],
    decode: ([version, found, counted], { distance }) => {
      if (version === undefined || found === undefined) {
        throw new MalformedReplyError('expected two replies');
      }
      const serverVersion = `Chroma ${parseReply(z.string(), version)}`;
      const base = { indexedCount: null, quantisation: null, serverVersion };
      if (counted === undefined) {
        const none = { count: 0, dimension: null, index: null, parameters: {} };
        return { ...base, ...none, exists: false, distance, handle: { exists: 'false' } };
      }
      const { id, dimension, configuration_json: given } = parseReply(collectionBody, found);
      const [kind, settings] = given?.spann ? ['spann', given.spann] : ['hnsw', given?.hnsw ?? {}];
      const measured = DISTANCE_OF[String(settings.space)] ?? 'euclidean';
      const count = parseReply(z.int(), counted);
      return {
        ...base,
        count,
        dimension: dimension ?? null,
        distance: measured,
        index: kind,
        quantisation: 'none',
        parameters: scalarsOf(settings),
        handle: { id, distance: measured, filled: String(count > 0) },
      };
    },
  };
}

/** The request that makes a collection. */
export function createRequest(
  all: string,
  { name, distance }: Place,
  { efSearch, efConstruction, maxNeighbors }: ChromaOptions,
): WireRequest {
  const hnsw = {
    space: SPACE[distance as keyof typeof SPACE],
    ef_search: efSearch,
    ef_construction: efConstruction,
    max_neighbors: maxNeighbors,
  };
  return { method: 'POST', path: all, json: { name, configuration: { hnsw } } };
}

/** The id of a collection in the answer to a request that made or found it. */
export function createdId(reply: WireReply): string {
  return encodeURIComponent(parseReply(collectionBody, reply).id);
}
