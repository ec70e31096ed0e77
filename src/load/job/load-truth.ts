import type { Config } from '../../config/resolve.ts';
import { type DocumentIndex, documentIndex } from '../../corpus/document-index.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { tieAwareRecallAtK } from '../../metrics/ranking/tie-aware-recall.ts';
import type { Pair } from '../../observe/ask.ts';
import { embedTexts, withoutFew } from '../../observe/embed-texts.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import type { Progress } from '../../progress.ts';
import { type ComputedTruth, computeTruth } from '../../truth/corpus/compute-truth.ts';
import type { Hit } from '../../wire/operations.ts';

/** Tie-aware recall@k of an answer to a query; null where there is no truth for it. */
export type RecallOf = (hits: readonly Hit[], query: Query) => number | null;

/** Exact truth from the incumbent's vectors, for known queries and for those that come later. */
export interface LoadTruth {
  readonly recallOf: RecallOf;
  /** Embeds further queries and gives their recall. */
  readonly recallOfMore: (queries: readonly Query[]) => Promise<RecallOf>;
}

/** What truth is made from. */
export interface TruthSource {
  readonly backends: Pair;
  readonly config: Config;
  readonly corpus: Corpus;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Embeds documents and queries through the incumbent and searches them exactly.
 * @throws InfrastructureError where the incumbent cannot embed a text.
 */
export async function loadTruth(
  { backends, config, corpus, signal, progress }: TruthSource,
  queries: readonly Query[],
): Promise<LoadTruth> {
  progress.stage('embedding for truth', 0);
  const options = { model: config.model, signal, progress };
  const { incumbent } = patientPair(backends).pair;
  const embed = async (
    kind: 'query' | 'document',
    texts: readonly { readonly id: string; readonly text: string }[],
  ) => {
    const embedded = await embedTexts(incumbent, 'incumbent', texts, { ...options, kind });
    const where = `incumbent ${incumbent.label}`;
    for (const { id, detail } of withoutFew(embedded, texts.length, where)) {
      progress.note(`${where}: no embedding of ${id}: ${detail}; it is left out of truth`);
    }
    return embedded.table;
  };
  const documents = await embed('document', textsOf(corpus.collections));
  const recallOfMore = async (more: readonly Query[]): Promise<RecallOf> => {
    const vectors = await embed('query', more);
    const truth = await computeTruth(corpus, more, documents, vectors, config.k, signal);
    return recallBy(truth, documentIndex(corpus.collections), config.k);
  };
  return { recallOf: await recallOfMore(queries), recallOfMore };
}

/** Recall of hits as they came; a hit that names no collection is placed as everywhere else. */
export function recallBy(
  truth: Pick<ComputedTruth, 'list' | 'exactScore'>,
  index: DocumentIndex,
  k: number,
): RecallOf {
  return (hits, query) => {
    const list = truth.list(query.id);
    if (list === null) return null;
    const out = new Set(query.excluded);
    const keys = hits
      .map((hit) => index.placeOf(hit, query.collections))
      .filter((key) => !out.has(key));
    return tieAwareRecallAtK(keys, k, list.scores, (key) => truth.exactScore(query.id, key)).recall;
  };
}
