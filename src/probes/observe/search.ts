import { partsOf, textsOf } from '../../corpus/document-key.ts';
import { depthFor } from '../../corpus/own-documents.ts';
import type { Collection, Corpus, CorpusMetric } from '../../corpus/types.ts';
import { mapConcurrently, type Pair } from '../../observe/ask.ts';
import { embedTexts, withoutFew } from '../../observe/embed-texts.ts';
import { NO_PROGRESS } from '../../progress.ts';
import type { Side, VectorTable } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call, pathOf } from '../../wire/call.ts';
import type { HitsResponse, SearchRequest } from '../../wire/operations.ts';
import type { AnswerPair } from '../record/answer.ts';
import type { RankedSeen, SearchQuery, SearchRecord } from '../record/search.ts';
import { askBoth } from './answered.ts';

const DEPTH_QUERIES = 3;

/** What is searched and asked, with the incumbent's embeddings, from which truth is made. */
export interface SearchTexts {
  readonly collection: Collection;
  /** One a need, unfiltered and over this collection alone. */
  readonly queries: readonly SearchQuery[];
  readonly documents: VectorTable;
  readonly queryVectors: VectorTable;
  /** What the corpus is ranked by; absent: cosine. */
  readonly metric?: CorpusMetric;
}

/**
 * Embeds the first collection of a corpus and the queries over it through the incumbent.
 * @throws InfrastructureError where it embeds one of them not.
 */
export async function embedSearchTexts(
  incumbent: Backend,
  options: {
    readonly corpus: Corpus;
    readonly model: string | null;
    /** Most needs; null for all. */
    readonly maxNeeds: number | null;
    readonly signal: AbortSignal;
  },
): Promise<SearchTexts> {
  const { corpus, maxNeeds, model, signal } = options;
  const collection = corpus.collections[0] ?? { name: '', documents: [] };
  const queries = queriesOf(corpus, collection.name, maxNeeds);
  const embedding = { model, signal, progress: NO_PROGRESS };
  const documents = await embedTexts(incumbent, 'incumbent', textsOf([collection]), {
    ...embedding,
    kind: 'document',
  });
  const queryVectors = await embedTexts(incumbent, 'incumbent', queries, {
    ...embedding,
    kind: 'query',
  });
  signal.throwIfAborted();
  const where = `incumbent ${incumbent.label}`;
  withoutFew(documents, collection.documents.length, where);
  withoutFew(queryVectors, queries.length, where);
  return {
    collection,
    queries,
    documents: documents.table,
    queryVectors: queryVectors.table,
    ...(corpus.metric === undefined ? {} : { metric: corpus.metric }),
  };
}

/** What the search probe asks. */
export interface SearchProbeOptions {
  readonly embedded: SearchTexts;
  readonly k: number;
  readonly model: string | null;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Searches one collection by text and by raw vector, at every depth and beyond. */
export async function observeSearch(
  pair: Pair,
  options: SearchProbeOptions,
): Promise<SearchRecord> {
  const { k, model, concurrency, signal } = options;
  const { collection, queries, documents, queryVectors: table } = options.embedded;
  const named = { ...(model === null ? {} : { model }) };
  const vectorOf = (row: number): Float32Array =>
    table.values.slice(row * table.dimension, (row + 1) * table.dimension);
  const search = (request: Omit<SearchRequest, 'collection'>, name = collection.name) =>
    searchBoth(pair, { collection: name, ...request, ...named }, signal);
  // Asked for as many rows more as are taken out of the answer.
  const without = async (query: SearchQuery, question: Pick<SearchRequest, 'text' | 'vector'>) =>
    withoutExcluded(await search({ ...question, k: depthFor(query, k) }), query, k);
  const byText = await mapConcurrently(queries, concurrency, signal, (query) =>
    without(query, { text: query.text }),
  );
  const byVector = await mapConcurrently(queries, concurrency, signal, (query, row) =>
    without(query, { vector: vectorOf(row) }),
  );
  const count = collection.documents.length;
  const depths = [...new Set([1, 2, 5, k, 50, count - 1, count, count + 1, count + 100])].filter(
    (depth) => depth >= 1,
  );
  const cases = queries
    .slice(0, DEPTH_QUERIES)
    .flatMap(({ id, text }) => depths.map((depth) => ({ queryId: id, text, k: depth })));
  const text = queries[0]?.text ?? 'nobody';
  const nowhere = 'parity-probe-no-such-index';
  const zero = new Float32Array(table.dimension);
  const edges = [
    { name: 'unknown index', mustRefuse: true, request: search({ text, k }, nowhere) },
    {
      name: 'unknown index, by vector',
      mustRefuse: true,
      request: search({ vector: vectorOf(0), k }, nowhere),
    },
    {
      name: 'wrong dimension: one too few',
      mustRefuse: true,
      request: search({ vector: vectorOf(0).slice(1), k }),
    },
    {
      name: 'wrong dimension: one too many',
      mustRefuse: true,
      request: search({ vector: Float32Array.of(...vectorOf(0), 0), k }),
    },
    { name: 'zero vector', mustRefuse: false, request: search({ vector: zero, k }) },
    { name: 'empty text', mustRefuse: false, request: search({ text: '', k }) },
    { name: 'k of 0', mustRefuse: true, request: search({ text, k: 0 }) },
    { name: 'k below 0', mustRefuse: true, request: search({ text, k: -1 }) },
  ];
  return {
    probe: 'search',
    incumbentPath: pathOf(pair.incumbent, 'search'),
    candidatePath: pathOf(pair.candidate, 'search'),
    collection: collection.name,
    documentCount: count,
    ...(options.embedded.metric === undefined ? {} : { metric: options.embedded.metric }),
    k,
    queries,
    byText,
    byVector,
    depths: await mapConcurrently(cases, concurrency, signal, async (depth) => ({
      queryId: depth.queryId,
      k: depth.k,
      answers: await search({ text: depth.text, k: depth.k }),
    })),
    edges: await Promise.all(
      edges.map(async ({ name, mustRefuse, request }) => ({
        name,
        mustRefuse,
        answers: await request,
      })),
    ),
    documents,
    queryVectors: table,
  };
}

function queriesOf(corpus: Corpus, collection: string, maxNeeds: number | null): SearchQuery[] {
  const needs = new Set<string>();
  return corpus.queries.flatMap((query) => {
    const [only, ...others] = query.collections;
    if (query.filter !== undefined || only !== collection || others.length > 0) return [];
    if (needs.has(query.need) || needs.size === maxNeeds) return [];
    needs.add(query.need);
    const { id, need, text, excluded } = query;
    return [{ id, need, text, ...(excluded === undefined ? {} : { excluded }) }];
  });
}

/**
 * Answers without the documents that are no answer to a query; a row that is left over since none of these came is
 * taken off, one that nobody asked for stays.
 */
function withoutExcluded(
  answers: AnswerPair<RankedSeen>,
  { excluded = [] }: SearchQuery,
  k: number,
): AnswerPair<RankedSeen> {
  if (excluded.length === 0) return answers;
  const out = new Set(excluded.map((key) => partsOf(key).id));
  const side = (name: Side): AnswerPair<RankedSeen>[Side] => {
    const { value, ...rest } = answers[name];
    if (value === null) return { ...rest, value };
    const left = [...value.ids.keys()].filter((row) => !out.has(value.ids[row] ?? ''));
    const rows = value.ids.length > k + excluded.length ? left : left.slice(0, k);
    return {
      ...rest,
      value: {
        ids: rows.map((row) => value.ids[row] ?? ''),
        similarities: rows.map((row) => value.similarities[row] ?? Number.NaN),
      },
    };
  };
  return { incumbent: side('incumbent'), candidate: side('candidate') };
}

async function searchBoth(
  pair: Pair,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<AnswerPair<RankedSeen>> {
  return askBoth(pair, (backend) => call(backend, 'search', request, signal), seenOf);
}

function seenOf({ hits }: HitsResponse): RankedSeen {
  return {
    ids: hits.map(({ id }) => id),
    similarities: hits.map(({ similarity }) => similarity),
  };
}
