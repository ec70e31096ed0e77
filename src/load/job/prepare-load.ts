import { randomInt } from 'node:crypto';
import type { Query } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { embedShared } from '../../observe/embed-shared.ts';
import { requireHttp } from '../../wire/call.ts';
import { nonceQueries } from '../answers/nonce.ts';
import { askAlone } from '../drive/ask-alone.ts';
import { loadableQueries, type PreparedSide, prepareSide } from '../drive/sides.ts';
import type { AnswerRecall } from '../find/answers/answer-value.ts';
import { reservedQueries } from '../pace/interleave.ts';
import type { LoadPlan } from '../plan.ts';
import { SIDES } from '../record/blocks.ts';
import {
  answerRecall,
  embedForTruth,
  embedQueries,
  type TruthSource,
  type TruthVectors,
} from './load-truth.ts';

const PROBE_COUNT = 4;

/** A load that is ready: whatever could end it later was tried. */
export interface PreparedLoad {
  /** In the order of the indices. */
  readonly queries: readonly Query[];
  readonly sides: readonly [PreparedSide, PreparedSide];
  /** Queries that may be asked before the first rate. */
  readonly reserved: Int32Array;
  /** Null where recall is not looked at. */
  readonly truth: { readonly vectors: TruthVectors; readonly recall: AnswerRecall } | null;
  /** Whether texts that nobody asked before can be asked, and whether they can be embedded for truth. */
  readonly nonces: { readonly canAsk: boolean; readonly canEmbed: boolean };
}

/** What a load is prepared from. */
export interface LoadSource extends TruthSource {
  readonly plan: LoadPlan;
}

/**
 * Finds out before the first timed request what would end the load or spoil it: queries that neither side can be
 * asked in one request, truth that cannot be computed, texts of its own that a side does not take.
 * @throws UsageError where no query can be asked
 * @throws InfrastructureError where there is no truth
 */
export async function prepareLoad(source: LoadSource): Promise<PreparedLoad> {
  const { backends, config, corpus, plan, signal, progress } = source;
  const reached = SIDES.map((side) => requireHttp(backends[side], 'a load'));
  await embedShared(backends, corpus.queries, { model: config.model, signal, progress });
  const queries = loadableQueries(corpus.queries, reached, plan.operation, config.k);
  if (queries.length === 0) {
    throw new UsageError(
      'load-no-query',
      `none of ${counted(corpus.queries.length, 'query', 'queries')} is one ${plan.operation} request on both sides`,
      { hint: 'choose another --operation, or a corpus whose queries name one collection each' },
    );
  }
  const truth = plan.recall ? await truthOf(source, queries) : null;
  const reserved = reservedQueries(queries.length, config.seed);
  const sideOf = (side: 0 | 1): Promise<PreparedSide> =>
    prepareSide({
      http: requireHttp(backends[SIDES[side]], 'a load'),
      operation: plan.operation,
      queries,
      k: config.k,
      model: config.model,
      probes: [...reserved.slice(0, PROBE_COUNT)],
      signal,
    });
  const sides = [await sideOf(0), await sideOf(1)] as const;
  return { queries, sides, reserved, truth, nonces: await tryNonce(source, queries, sides) };
}

async function truthOf(
  source: LoadSource,
  queries: readonly Query[],
): Promise<NonNullable<PreparedLoad['truth']>> {
  const { corpus, config, signal } = source;
  const vectors = await embedForTruth(source, queries);
  const recall = await answerRecall({
    corpus,
    queries,
    vectors,
    nonces: null,
    k: config.k,
    signal,
  });
  if (queries.some((_, query) => recall.due(query) !== null)) return { vectors, recall };
  throw new InfrastructureError(
    'load-no-truth',
    `none of ${counted(queries.length, 'query', 'queries')} has an exact list: their vectors are missing or zero`,
    { hint: 'fix the embeddings of the incumbent, or leave recall out: --no-recall' },
  );
}

/** Asks and embeds one text that nobody asked before, which is not asked again. */
async function tryNonce(
  source: LoadSource,
  queries: readonly Query[],
  sides: readonly [PreparedSide, PreparedSide],
): Promise<PreparedLoad['nonces']> {
  const { plan, progress, signal } = source;
  const nonces = nonceQueries(queries, 1, (limit) => randomInt(limit));
  for (const [at, side] of sides.entries()) {
    let answered = false;
    try {
      const asked = await askAlone(side, nonces, { deadlineMs: plan.deadlineMs, signal });
      answered = asked.every(({ answer }) => answer !== null);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
    signal.throwIfAborted();
    if (answered) continue;
    progress.note(
      `the ${SIDES[at]} does not answer a text of our own: texts never asked before are left out`,
    );
    return { canAsk: false, canEmbed: false };
  }
  if (!plan.recall) return { canAsk: true, canEmbed: false };
  try {
    await embedQueries(source, nonces);
    return { canAsk: true, canEmbed: true };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof InfrastructureError)) throw error;
    progress.note(
      `the incumbent does not embed a text of our own: recall of texts never asked before is left out (${error.message})`,
    );
    return { canAsk: true, canEmbed: false };
  }
}
