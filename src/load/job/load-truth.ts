import type { Config } from '../../config/resolve.ts';
import { documentIndex } from '../../corpus/document-index.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { Pair } from '../../observe/ask.ts';
import { embedTexts, withoutFew } from '../../observe/embed-texts.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import type { Progress } from '../../progress.ts';
import type { VectorTable } from '../../record/types.ts';
import { type ComputedTruth, computeTruth } from '../../truth/corpus/compute-truth.ts';
import type { AnswerRecall } from '../find/answers/answer-value.ts';
import type { ObservedNonce, RecordedAnswer } from '../record/observed.ts';

/** Embeddings of the incumbent, from which truth is made. */
export interface TruthVectors {
  readonly documents: VectorTable;
  readonly queries: VectorTable;
}

/** What embeds texts for truth. */
export interface TruthSource {
  readonly backends: Pair;
  readonly config: Config;
  readonly corpus: Corpus;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Embeds documents and queries through the incumbent.
 * @throws InfrastructureError where the incumbent cannot embed them.
 */
export async function embedForTruth(
  source: TruthSource,
  queries: readonly Query[],
): Promise<TruthVectors> {
  source.progress.stage('embedding for truth', 0);
  return {
    documents: await embed(source, 'document', textsOf(source.corpus.collections)),
    queries: await embed(source, 'query', queries),
  };
}

/**
 * Embeds further queries.
 * @throws InfrastructureError where the incumbent cannot embed them.
 */
export function embedQueries(
  source: TruthSource,
  queries: readonly Pick<Query, 'id' | 'text'>[],
): Promise<VectorTable> {
  return embed(source, 'query', queries);
}

async function embed(
  { backends, config, signal, progress }: TruthSource,
  kind: 'query' | 'document',
  texts: readonly { readonly id: string; readonly text: string }[],
): Promise<VectorTable> {
  const { incumbent } = patientPair(backends).pair;
  const options = { model: config.model, signal, progress, kind };
  const embedded = await embedTexts(incumbent, 'incumbent', texts, options);
  const where = `incumbent ${incumbent.label}`;
  for (const { id, detail } of withoutFew(embedded, texts.length, where)) {
    progress.note(`${where}: no embedding of ${id}: ${detail}; it is left out of truth`);
  }
  return embedded.table;
}

/** What truth is computed from. */
export interface TruthInput {
  readonly corpus: Corpus;
  readonly queries: readonly Query[];
  readonly vectors: TruthVectors;
  /** Nonces and their embeddings; null where there are none. */
  readonly nonces: {
    readonly asked: readonly ObservedNonce[];
    readonly vectors: VectorTable;
  } | null;
  readonly k: number;
  readonly signal?: AbortSignal;
}

/** Exact truth of the queries, and with it the recall of any answer. */
export async function answerRecall(input: TruthInput): Promise<AnswerRecall> {
  const { corpus, queries, vectors, nonces, k, signal } = input;
  const index = documentIndex(corpus.collections);
  const truthOf = (asked: Parameters<typeof computeTruth>[0]['queries'], table: VectorTable) =>
    computeTruth({
      corpus,
      queries: asked,
      documents: vectors.documents,
      vectors: table,
      k,
      signal,
    });
  const truth = await truthOf(queries, vectors.queries);
  const ofQueries = recallBy(truth, index, k);
  const ofNonces =
    nonces === null
      ? null
      : recallBy(
          await truthOf(
            nonces.asked.map(({ query }) => query),
            nonces.vectors,
          ),
          index,
          k,
        );
  return {
    of: (query, answer) => {
      const asked = queries[query];
      return asked === undefined ? null : ofQueries(answer, asked);
    },
    due: (query) => {
      const rows = Math.min(k, truth.list(queries[query]?.id ?? '')?.scores.length ?? 0);
      return rows === 0 ? null : rows;
    },
    ofNonce: ({ query }, answer) => ofNonces?.(answer, query) ?? null,
  };
}

/** Tie-aware recall@k of an answer; one that names no collection is placed as everywhere else. */
export function recallBy(
  truth: Pick<ComputedTruth, 'list' | 'exactScore'>,
  index: Pick<ReturnType<typeof documentIndex>, 'placesOf'>,
  k: number,
): (
  answer: Pick<RecordedAnswer, 'ids' | 'collections'>,
  query: Pick<Query, 'id' | 'collections' | 'excluded'>,
) => number | null {
  return (answer, query) => {
    const list = truth.list(query.id);
    if (list === null) return null;
    const out = new Set(query.excluded);
    const keys = index.placesOf(answer, query.collections).filter((key) => !out.has(key));
    return tieAwareRecallAtK(keys, k, list.scores, (key) => truth.exactScore(query.id, key)).recall;
  };
}
