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
import { unitVector, vectorToJson } from '../vectors.ts';
import { ColumnError } from './columns.ts';
import { DEFAULT_EF_SEARCH } from './ranking.ts';
import { rustRequests } from './requests.ts';
import { addRustServices } from './services.ts';
import { SqlError } from './session.ts';
import { answerSql } from './sql.ts';
import { SqlFilterError } from './sql-filter.ts';
import { type RankedRows, VectorTables } from './store.ts';

const INDEX: Omit<IndexSettings, 'scanRows'> = {
  space: 'cosine',
  normalised: 'all',
  m: 16,
  efConstruction: 100,
  efSearch: DEFAULT_EF_SEARCH,
  randomSeed: 3100,
};

/**
 * The Rust-shaped gateway: unit vectors and similarity scores, PostgreSQL with pgvector under it,
 * filters in SQL. Ready to answer when the promise resolves, which takes seconds.
 */
export async function createRustGateway(options: GatewayOptions): Promise<Gateway> {
  const { encoder, collections } = options;
  const limits = { ...GATEWAY_LIMITS, ...options.limits };
  const planted = applyFaults(options.faults ?? [], encoder, options.encoderFolder);
  const requests = rustRequests(limits);
  await planted.start();
  const names = collections.map(({ name }) => name);
  const settings: IndexSettings = { ...INDEX, scanRows: limits.scanRows - 1 };
  const tables = await VectorTables.open({
    dimension: encoder.dimension,
    settings: (name) => planted.index(settings, name, names),
    fields: planted.fields,
  });
  try {
    await loadCollections(
      collections,
      planted,
      (name, documents, vectors) => tables.add(name, documents, vectors),
      options.onEmbedded,
    );
  } catch (error) {
    await tables.close();
    throw error;
  }

  // Statements that may write are those of whoever started this gateway: they change the tables themselves.
  const statements =
    options.allowWrites === true
      ? null
      : new SqlRunner({
          kind: 'rust',
          copyTo: (file) => tables.session.copyTo(file),
          maxRows: limits.sqlRows,
          limitMs: limits.sqlMs,
          maxWaiting: limits.sqlWaiting,
        });
  const app = createApp(limits);
  app.get('/health', (c) => c.text('lakehouse ok'));

  app.post('/ai/embed', async (c) => {
    const { texts, model } = await readBody(c, requests.embed);
    requireModel(model, encoder);
    const vectors = await planted.embed(texts, 'embed');
    const rows = vectors.map((vector) => vectorToJson(unitVector(vector)));
    return jsonText(
      `{"embeddings":[${rows.join(',')}],"dimensions":${encoder.dimension},` +
        `"model":${JSON.stringify(encoder.name)}}`,
    );
  });

  app.post('/vectors/search', async (c) => {
    const body = await readBody(c, requests.search);
    const { hits } = await ranked({
      planted,
      tables,
      collection: body.index_name,
      text: body.query,
      k: body.top_k,
      sqlFilter: null,
    });
    return c.json({ results: hits.map(onTheWire) });
  });

  app.post('/vectors/hybrid', async (c) => {
    const body = await readBody(c, requests.hybrid);
    const filter = body.sql_filter ?? null;
    const { hits, matches } = await ranked({
      planted,
      tables,
      collection: body.index_name,
      text: body.question,
      k: body.top_k,
      sqlFilter: filter,
    });
    return c.json({
      sources: hits.map(onTheWire),
      sql_matches: matches,
      method: filter === null ? 'vector' : 'hybrid',
    });
  });

  app.post('/vectors/index', async (c) => {
    const { index_name: name, documents } = await readBody(c, requests.index);
    const vectors = await planted.embed(
      documents.map(({ text }) => text),
      'document',
    );
    await asRefusal(() => tables.add(name, documents, vectors));
    statements?.changed();
    return c.json({ index_name: name, accepted: documents.length });
  });

  const store = new ObjectStore();
  addRustServices(
    app,
    limits,
    (sql) => statements?.run(sql) ?? answerSql(tables.session, sql, true, limits.sqlRows),
    store,
  );

  return {
    fetch: withFaults(app, planted),
    close: async () => {
      await store.close();
      await statements?.close();
      await tables.close();
      await planted.close();
    },
  };
}

/** One question to a table, as the gateway ranks it. */
interface RankedQuestion {
  readonly planted: PlantedFaults;
  readonly tables: VectorTables;
  readonly collection: string;
  readonly text: string;
  readonly k: number;
  readonly sqlFilter: string | null;
}

async function ranked({
  planted,
  tables,
  collection,
  text,
  k,
  sqlFilter,
}: RankedQuestion): Promise<RankedRows> {
  if (!tables.has(collection)) throw new RefusedRequest(404, `unknown index ${collection}`);
  const asked: SearchPlan = {
    collections: [collection],
    text,
    vector: null,
    k,
    perCollectionK: k,
    filter: sqlFilter,
    filtering: 'before',
    nearest: 'highest',
  };
  const plan = planted.plan(asked);
  const [vector] = await planted.embed([plan.text ?? text], 'query');
  if (vector === undefined) throw new Error('the encoder gave no vector');
  const filter = typeof plan.filter === 'string' ? plan.filter : null;
  const { hits, matches } = await asRefusal(() =>
    tables.rank(collection, vector, plan.perCollectionK, filter, plan.filtering),
  );
  return { hits: planted.answer(hits, plan), matches };
}

async function asRefusal<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SqlFilterError || error instanceof ColumnError) {
      throw new RefusedRequest(400, error.message);
    }
    // Classes 22 and 42: the data or the expression is at fault; 54: it is beyond a limit.
    if (error instanceof SqlError && /^(22|42|54)/.test(error.sqlState)) {
      throw new RefusedRequest(400, error.message);
    }
    throw error;
  }
}

function onTheWire({ id, score, text, metadata }: GatewayHit) {
  return { doc_id: id, score, chunk_text: text, metadata };
}
