import type { Config } from '../../src/config/resolve.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { requireTexts } from '../../src/corpus/texts.ts';
import { answerRecall, embedForTruth } from '../../src/load/job/load-truth.ts';
import type { Pair } from '../../src/observe/ask.ts';
import type { Progress } from '../../src/progress.ts';
import type { ShadowRecall } from '../../src/shadow/observe/mirror.ts';
import { needOf } from '../../src/traffic/question.ts';

/**
 * Recall of answers to questions that the corpus asks too, against its exact truth by the incumbent's embeddings;
 * other questions, and other depths, have none.
 */
export async function trafficRecall(
  config: Config,
  backends: Pair,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<ShadowRecall> {
  const corpus = await loadCorpus(config.corpus);
  requireTexts(corpus, 'asked by text');
  const { queries } = corpus;
  const vectors = await embedForTruth({ backends, config, corpus, signal, progress }, queries);
  const { k } = config;
  const recall = await answerRecall({ corpus, queries, vectors, nonces: null, k, signal });
  const indexOf = new Map(
    queries.flatMap(({ text, collections, filter }, index) =>
      (['search', 'retrieve'] as const).map((operation) => {
        const question = { operation, collections, text, vector: null, filter: filter ?? null };
        return [needOf({ ...question, k, perCollectionK: null }), index] as const;
      }),
    ),
  );
  return (question, answer) => {
    const index = question.k === k ? indexOf.get(needOf(question)) : undefined;
    return index === undefined ? null : recall.of(index, { ...answer, rawScores: [] });
  };
}
