import { z } from 'zod';
import type { Dialect, WireRequest } from '../dialect.ts';
import type { Engine, Place } from '../engine/engine.ts';
import { bearer, engineOfUrl } from '../engine/of-url.ts';
import { lookUntil } from '../engine/ready.ts';
import { metadataWith, vectorOf, vectorRows, withoutField } from '../engine/rows.ts';
import { SCORES } from '../engine/scores.ts';
import { vectorDialect } from '../engine/vector-dialect.ts';
import { toMetadata } from '../json/hits.ts';
import { idText } from '../json/id-text.ts';
import { onlyReply } from '../json/json-reply.ts';
import { describeMilvus, indexState, METRIC } from './collection.ts';
import { milvusFilter, quotedText } from './filter.ts';
import type { MilvusOptions } from './options.ts';
import { milvusData, post } from './reply.ts';

const row = z.record(z.string(), z.unknown());
const upserted = z.object({ upsertCount: z.int().nullish() });
const found = z.array(row.and(z.object({ distance: z.number() })));

/** Milvus ≥ 2.4 and Zilliz, over REST v2. */
export function milvus(options: MilvusOptions = {}): Dialect {
  const { idField = 'document_id', vectorField = 'vector', effort: opened } = options;
  const { consistency = 'Strong', database: dbName, index = 'HNSW' } = options;
  const effortName = options.effortName ?? 'ef';
  const engine: Engine = {
    name: 'milvus',
    mapping: 1,
    options,
    takes: { exact: 'collection', effort: effortName },
    maxK: 16_384,
    similarity: SCORES.plainSquared,
    health: {
      path: '/v2/vectordb/collections/list',
      encode: () => [post('collections/list', { dbName })],
      decode: (replies) => {
        milvusData(z.unknown(), onlyReply(replies));
        return { service: 'milvus', version: null };
      },
    },
    describe: describeMilvus(vectorField, dbName),
    search: {
      path: '/v2/vectordb/entities/search',
      encode: ({ name }, { vector, k, filter, effort }) => {
        const wanted = effort ?? opened;
        const params = wanted === undefined ? undefined : { [effortName]: Math.max(wanted, 1) };
        return post('entities/search', {
          dbName,
          collectionName: name,
          data: [Array.from(vector)],
          annsField: vectorField,
          limit: k,
          filter: filter === null ? undefined : milvusFilter(filter),
          outputFields: [idField],
          searchParams: params === undefined ? undefined : { params },
          consistencyLevel: consistency,
        });
      },
      // The field is named distance and is the similarity, unless the metric is L2.
      decode: (reply) =>
        milvusData(found, reply).map((hit) => ({
          id: idText(hit[idField] ?? hit.id, idField),
          rawScore: hit.distance,
        })),
    },
    list: {
      path: '/v2/vectordb/entities/query',
      encode: ({ name }, { limit, cursor, vectors }) => [
        post('entities/query', {
          dbName,
          collectionName: name,
          filter: cursor === undefined ? `${idField} != ""` : `${idField} > ${quotedText(cursor)}`,
          limit,
          outputFields: vectors ? ['*'] : [idField],
          consistencyLevel: consistency,
        }),
      ],
      decode: (replies, _place, { limit, vectors }) => {
        const rows = milvusData(z.array(row), onlyReply(replies));
        const documents = rows.map((each, at) => {
          const metadata = withoutField(toMetadata({ ...each, [vectorField]: null }), idField);
          return {
            id: idText(each[idField], `data[${at}].${idField}`),
            metadata: withoutField(metadata, vectorField) ?? {},
            ...(vectors ? { vector: vectorOf(each[vectorField], `data[${at}].vector`) } : {}),
          };
        });
        return { documents, cursor: rows.length < limit ? null : (documents.at(-1)?.id ?? null) };
      },
    },
    ingest: {
      path: '/v2/vectordb/entities/upsert',
      encode: (place, request) => {
        const rows = vectorRows(request);
        const data = rows.map(({ id, vector, metadata }) => ({
          ...metadataWith(metadata),
          [idField]: id,
          [vectorField]: vector,
        }));
        const fill = post('entities/upsert', { dbName, collectionName: place.name, data });
        const dimension = rows[0]?.vector.length ?? 0;
        return place.handle.exists === 'false' ? [created(place, dimension), fill] : [fill];
      },
      next: (replies, place, { isLast = false }) => {
        if (!isLast) return [];
        const done = place.handle.exists === 'false' ? 2 : 1;
        const [flushed, ...looks] = replies.slice(done);
        const { name: collectionName } = place;
        if (flushed === undefined) return [post('collections/flush', { dbName, collectionName })];
        const look = post('indexes/describe', { dbName, collectionName, indexName: vectorField });
        return lookUntil(looks, look, (reply) => indexState(reply)?.isReady === true);
      },
      decode: (replies, place, { documents }) => {
        for (const reply of replies) milvusData(z.unknown(), reply);
        const filled = replies[place.handle.exists === 'false' ? 1 : 0];
        const { upsertCount } = milvusData(
          upserted,
          onlyReply(filled === undefined ? [] : [filled]),
        );
        return { accepted: upsertCount ?? documents.length };
      },
    },
  };

  function created({ name, distance }: Place, dimension: number): WireRequest {
    const { m: M, efConstruction, nlist } = options;
    return post('collections/create', {
      dbName,
      collectionName: name,
      schema: {
        autoId: false,
        enableDynamicField: true,
        fields: [
          {
            fieldName: idField,
            dataType: 'VarChar',
            isPrimary: true,
            elementTypeParams: { max_length: 512 },
          },
          {
            fieldName: vectorField,
            dataType: 'FloatVector',
            elementTypeParams: { dim: dimension },
          },
        ],
      },
      indexParams: [
        {
          fieldName: vectorField,
          indexName: vectorField,
          metricType: METRIC[distance as keyof typeof METRIC],
          params: { index_type: index, M, efConstruction, nlist },
        },
      ],
    });
  }
  return vectorDialect(engine);
}

/** `milvus://user@host:19530/COLLECTION?…`; the password, or the token of Zilliz, is in MILVUS_TOKEN. */
export const milvusOfUrl = engineOfUrl<MilvusOptions>({
  port: 19530,
  key: 'MILVUS_TOKEN',
  header: (token, user) => bearer(user === '' ? token : `${user}:${token}`),
  own: ({ text, whole, oneOf }) => ({
    vectorField: text('vector'),
    database: text('database'),
    effort: whole('effort'),
    effortName: oneOf('effort_name', ['ef', 'nprobe', 'level']),
    consistency: oneOf('consistency', ['Strong', 'Bounded', 'Session', 'Eventually']),
    index: oneOf('index', ['HNSW', 'IVF_FLAT', 'FLAT', 'AUTOINDEX']),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
    nlist: whole('nlist'),
  }),
  dialect: milvus,
});
