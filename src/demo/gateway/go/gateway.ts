import type { Context } from 'hono';
import type { Filter } from '../../../corpus/types.ts';
import { applyFaults, type PlantedFaults } from '../faults/apply.ts';
import type { IndexSettings, SearchPlan } from '../faults/types.ts';
import type { GatewayHit } from '../hit.ts';
import { createApp, jsonText, RefusedRequest, readBody, withFaults } from '../http.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { loadCollections } from '../load.ts';
import { requireModel } from '../model.ts';
import { ObjectStore } from '../objects/object-store.ts';
import { SqlRunner } from '../sql/runner.ts';
import type { Gateway, GatewayOptions } from '../types.ts';
import { vectorToJson } from '../vectors.ts';
import { VectorCollections } from './collections.ts';
import { goRequests } from './requests.ts';
import { addGoServices } from './services.ts';
import { SqlTables } from './sql-tables.ts';

const INDEX: IndexSettings = {
  space: 'cosine',
  normalised: 'all',
  m: 24,
  efConstruction: 200,
  efSearch: 256,
  randomSeed: 4110,
  scanRows: 2000,
};

const RANKING = { filtering: 'before', nearest: 'lowest' } as const;

/**
 * The Go-shaped gateway: raw vectors and cosine distances, hnswlib and SQLite under it, filters over
 * metadata, several corpora merged into one answer. Ready to answer when the promise resolves.
 */
export async function createGoGateway(options: GatewayOptions): Promise<Gateway> {
  const { encoder } = options;
  const limits = { ...GATEWAY_LIMITS, ...options.limits };
  const planted = applyFaults(options.faults ?? [], encoder, options.encoderFolder);
  const requests = goRequests(limits);
  await planted.start();
  const names = options.collections.map(({ name }) => name);
  const collections = new VectorCollections({
    dimension: encoder.dimension,
    settings: (name) => planted.index(INDEX, name, names),
    fields: planted.fields,
  });
  const sql = new SqlTables(options.allowWrites ?? false, limits.sqlRows);
  await loadCollections(
    options.collections,
    planted,
    async (name, documents, vectors) => {
      collections.add(name, documents, vectors);
      sql.add(name, documents);
    },
    options.onEmbedded,
  );

  // Statements that may write are those of whoever started this gateway: they change the tables themselves.
  const statements =
    options.allowWrites === true
      ? null
      : new SqlRunner({
          kind: 'go',
          copyTo: async (file) => sql.copyTo(file),
          maxRows: limits.sqlRows,
          limitMs: limits.sqlMs,
          maxWaiting: limits.sqlWaiting,
        });
  const app = createApp(limits);
  app.get('/health', (c) => c.json({ status: 'ok', service: 'gateway' }));

  app.post('/v1/embed', async (c) => {
    const { texts, model } = await readBody(c, requests.embed);
    requireModel(model, encoder);
    const vectors = await planted.embed(texts, 'embed');
    return jsonText(
      `{"vectors":[${vectors.map(vectorToJson).join(',')}],"dimension":${encoder.dimension},` +
        `"model":${JSON.stringify(encoder.name)}}`,
    );
  });

  app.post('/v1/vectors/search', async (c) => {
    const body = await readBody(c, requests.search);
    requireModel(body.model, encoder);
    const hits = await ranked(planted, collections, {
      collections: [body.index],
      ...queryOf(body.text, body.vector, encoder.dimension),
      k: body.k,
      perCollectionK: body.k,
      filter: filterOf(body.metadata_filter),
      ...RANKING,
    });
    return c.json({
      results: hits.map(({ id, score, metadata }) => ({ id, distance: score, metadata })),
    });
  });

  const matrix = async (c: Context) => {
    const body = await readBody(c, requests.matrix);
    requireModel(body.model, encoder);
    const corpora = [...new Set(body.corpora)];
    const counts = new Map(corpora.map((name) => [name, 0]));
    const hits = await ranked(
      planted,
      collections,
      {
        collections: corpora,
        ...queryOf(body.query_text, body.query_vector, encoder.dimension),
        k: body.k,
        // With fewer than k from each, a row that belongs to the answer could be left behind.
        perCollectionK: body.per_corpus_k ?? body.k,
        filter: filterOf(body.metadata_filter),
        ...RANKING,
      },
      counts,
    );
    return c.json({
      results: hits.map(({ id, score, collection, metadata }) => ({
        id,
        distance: score,
        corpus: collection,
        metadata,
      })),
      per_corpus: Object.fromEntries(counts),
    });
  };
  app.post('/v1/matrix/search', matrix);
  app.post('/v1/matrix/retrieve', matrix);

  const ingest = async (c: Context, mayCreate: boolean) => {
    const { index: name, items } = await readBody(c, requests.index);
    if (!mayCreate && !collections.has(name)) throw unknownIndex(name);
    const vectors = items.map(({ vector }, i) =>
      checkedVector(vector, encoder.dimension, `items.${i}.vector`),
    );
    const documents = items.map(({ id, metadata }) => ({ id, text: '', metadata }));
    collections.add(name, documents, vectors);
    sql.add(name, documents);
    statements?.changed();
    return c.json({ index: name, accepted: items.length });
  };
  app.post('/v1/vectors/index', (c) => ingest(c, true));
  app.post('/v1/vectors/index/add', (c) => ingest(c, false));

  const store = new ObjectStore();
  addGoServices(
    app,
    limits,
    async (statement) => statements?.run(statement) ?? sql.answer(statement),
    store,
  );

  return {
    fetch: withFaults(app, planted),
    close: async () => {
      await store.close();
      await statements?.close();
      sql.close();
      collections.close();
      await planted.close();
    },
  };
}

/** `counts` receives the rows each collection gave before the cut. */
async function ranked(
  planted: PlantedFaults,
  collections: VectorCollections,
  asked: SearchPlan,
  counts: Map<string, number> = new Map(),
): Promise<readonly GatewayHit[]> {
  for (const name of asked.collections) if (!collections.has(name)) throw unknownIndex(name);
  const plan = planted.plan(asked);
  const vector = plan.vector ?? (await planted.embed([plan.text ?? ''], 'query'))[0];
  if (vector === undefined) throw new Error('the encoder gave no vector');
  const filter = plan.filter as Filter | null;
  const merged: GatewayHit[] = [];
  for (const name of plan.collections) {
    const found = collections.search(name, vector, plan.perCollectionK, filter, plan.filtering);
    counts.set(name, Math.min(found.length, asked.perCollectionK));
    merged.push(...found);
  }
  if (plan.collections.length > 1) merged.sort((a, b) => a.score - b.score);
  return planted.answer(merged, plan);
}

/** A filter without a condition is none. */
function filterOf(filter: Filter | null | undefined): Filter | null {
  return filter == null || Object.keys(filter).length === 0 ? null : filter;
}

function queryOf(
  text: string | undefined,
  vector: readonly unknown[] | undefined,
  dimension: number,
): { text: string | null; vector: Float32Array | null } {
  if ((text === undefined) === (vector === undefined)) {
    throw new RefusedRequest(400, 'expected either a text or a vector');
  }
  return {
    text: text ?? null,
    vector: vector === undefined ? null : checkedVector(vector, dimension, 'vector'),
  };
}

function checkedVector(values: readonly unknown[], dimension: number, place: string): Float32Array {
  if (values.length !== dimension) {
    throw new RefusedRequest(400, `${place}: expected ${dimension} numbers, got ${values.length}`);
  }
  const vector = new Float32Array(dimension);
  for (let i = 0; i < dimension; i++) {
    const value = values[i];
    vector[i] = typeof value === 'number' ? value : Number.NaN;
    if (!Number.isFinite(vector[i])) {
      throw new RefusedRequest(400, `${place}.${i}: expected a finite float32`);
    }
  }
  return vector;
}

function unknownIndex(name: string): RefusedRequest {
  return new RefusedRequest(404, `unknown index ${name}`);
}
