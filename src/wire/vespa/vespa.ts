import { z } from 'zod';
import {
  type Dialect,
  MalformedReplyError,
  RejectedReplyError,
  type WireReply,
} from '../dialect.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import { bearer, engineOfUrl } from '../engine/of-url.ts';
import { vectorOf, withoutField } from '../engine/rows.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { queryText } from '../json/object-key.ts';
import { vespaFilter } from './filter.ts';

/** How documents of a Vespa schema are searched. Its schema is part of an application: nothing is put in. */
export interface VespaOptions extends EngineOptions {
  /** Field of the tensor; default `embedding`. */
  readonly vectorField?: string;
  /** The rank profile, which must take `query(q)` and rank by `closeness(field, …)`; default `closeness`. */
  readonly ranking?: string;
  /** The distance metric of the field; default angular. */
  readonly metric?: 'angular' | 'prenormalized-angular' | 'euclidean';
  readonly namespace?: string;
  /** `hnsw.exploreAdditionalHits` of every search that names none. */
  readonly effort?: number;
  readonly exact?: boolean;
}

const searchBody = z.object({
  root: z.object({
    errors: z
      .array(z.object({ message: z.string().nullish(), summary: z.string().nullish() }))
      .nullish(),
    coverage: z.object({ full: z.boolean() }).nullish(),
    fields: z.object({ totalCount: z.int() }).nullish(),
    children: z
      .array(
        z.object({
          id: z.string(),
          relevance: z.number(),
          fields: z.record(z.string(), z.unknown()).nullish(),
        }),
      )
      .nullish(),
  }),
});
const visitBody = z.object({
  documents: z.array(z.object({ id: z.string(), fields: z.record(z.string(), z.unknown()) })),
  continuation: z.string().nullish(),
});
const tensor = z.union([z.array(z.number()), z.object({ values: z.array(z.number()) })]);
const versionBody = z.object({ version: z.string() });

/** Vespa 8: closeness is 1 / (1 + d), where d is the angle, 1 − cos, or the distance. */
export function vespa(options: VespaOptions = {}): Dialect {
  const { idField = 'document_id', vectorField = 'embedding', ranking = 'closeness' } = options;
  const { metric = 'angular', namespace, effort: opened } = options;
  const distanceOf = (closeness: number): number => 1 / closeness - 1;
  const cosine =
    metric === 'angular'
      ? (closeness: number) => Math.cos(distanceOf(closeness))
      : (closeness: number) => 1 - distanceOf(closeness);
  const engine: Engine = {
    name: 'vespa',
    mapping: 1,
    options: { ...options, distance: metric === 'euclidean' ? 'euclidean' : 'cosine' },
    takes: { exact: 'query', effort: 'hnsw.exploreAdditionalHits' },
    maxK: 400,
    similarity: { cosine, euclidean: (closeness) => -distanceOf(closeness) },
    health: {
      path: '/state/v1/version',
      encode: () => [{ method: 'GET', path: '/state/v1/version' }],
      decode: (replies) => ({
        service: 'vespa',
        version: parseReply(versionBody, onlyReply(replies)).version,
      }),
    },
    describe: {
      path: '/search/',
      encode: ({ name }) => [
        { method: 'GET', path: '/state/v1/version' },
        {
          method: 'POST',
          path: '/search/',
          json: { yql: `select * from ${name} where true`, hits: 0 },
        },
      ],
      decode: ([version, counted], { distance }) => {
        if (version === undefined || counted === undefined)
          throw new MalformedReplyError('no reply');
        return {
          count: rootOf(counted).fields?.totalCount ?? null,
          indexedCount: null,
          dimension: null,
          distance,
          index: null,
          quantisation: null,
          parameters: { metric },
          serverVersion: `Vespa ${parseReply(versionBody, version).version}`,
        };
      },
    },
    search: {
      path: '/search/',
      encode: ({ name }, { vector, k, filter, effort, exact }) => {
        const explore = effort ?? opened;
        const isExact = exact || options.exact === true;
        const hints = [
          `targetHits: ${k}`,
          ...(explore === undefined || isExact ? [] : [`hnsw.exploreAdditionalHits: ${explore}`]),
          ...(isExact ? ['approximate: false'] : []),
        ].join(', ');
        const near = `({${hints}}nearestNeighbor(${vectorField}, q))`;
        const where = filter === null ? near : `${near} and ${vespaFilter(filter)}`;
        return {
          method: 'POST',
          path: '/search/',
          json: {
            yql: `select ${idField} from ${name} where ${where}`,
            'input.query(q)': Array.from(vector),
            ranking,
            hits: k,
          },
        };
      },
      decode: (reply) =>
        (rootOf(reply).children ?? []).map(({ id, relevance, fields }) => ({
          id: idText(fields?.[idField] ?? ownId(id), `fields.${idField}`),
          rawScore: relevance,
        })),
    },
    list: {
      path: '/document/v1/{namespace}/{schema}/docid',
      encode: ({ name }, { limit, cursor }) => {
        const asked = queryText({ wantedDocumentCount: limit, continuation: cursor });
        return [{ method: 'GET', path: `/document/v1/${namespace ?? name}/${name}/docid${asked}` }];
      },
      decode: (replies, _place, { vectors }) => {
        const { documents, continuation } = parseReply(visitBody, onlyReply(replies));
        return {
          documents: documents.map(({ id, fields }, row) => {
            const { [vectorField]: stored, ...rest } = fields;
            const values = tensor.safeParse(stored).data;
            const vector = Array.isArray(values) ? values : values?.values;
            return {
              id: idText(fields[idField] ?? ownId(id), `documents[${row}].fields.${idField}`),
              metadata: withoutField(toMetadata(rest), idField) ?? {},
              ...(vectors ? { vector: vectorOf(vector, `documents[${row}].${vectorField}`) } : {}),
            };
          }),
          cursor: continuation ?? null,
        };
      },
    },
  };
  return vectorDialect(engine);
}

/** `id:namespace:schema::own` → `own`. */
function ownId(id: string): string {
  return /^id:[^:]*:[^:]*:[^:]*:(.*)$/s.exec(id)?.[1] ?? id;
}

/** The root of an answer. @throws RejectedReplyError where it holds an error, or covers a part of the documents */
function rootOf(reply: WireReply) {
  const { root } = parseReply(searchBody, reply);
  const [error] = root.errors ?? [];
  if (error !== undefined)
    throw new RejectedReplyError(error.message ?? error.summary ?? 'an error');
  if (root.coverage?.full === false) throw new RejectedReplyError('coverage: not of all documents');
  return root;
}

/** `vespa://host:8080/SCHEMA?…`; the token is in VESPA_TOKEN. */
export const vespaOfUrl = engineOfUrl<VespaOptions>({
  port: 8080,
  key: 'VESPA_TOKEN',
  header: bearer,
  own: ({ text, whole, flag, oneOf }) => ({
    vectorField: text('vector'),
    ranking: text('ranking'),
    metric: oneOf('metric', ['angular', 'prenormalized-angular', 'euclidean']),
    namespace: text('namespace'),
    effort: whole('effort') ?? whole('explore'),
    exact: flag('exact'),
  }),
  dialect: vespa,
});
