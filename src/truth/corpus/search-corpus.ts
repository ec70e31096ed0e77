import type { Corpus } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import type { Progress } from '../../progress.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { VectorTable } from '../../record/types.ts';
import type { StoredVectors } from '../../record/vectors/stored-vectors.ts';
import type { VectorBlocks } from '../../record/vectors/vector-blocks.ts';
import { openPartFiles } from '../blocks/part-files.ts';
import { streamLists } from '../blocks/stream-lists.ts';
import type { ExactEngine } from '../engines/exact-engine.ts';
import { steadyEngine } from '../exact.ts';
import type { VectorFacts } from '../lint/survey.ts';
import type { MetricSpace } from '../metric-space.ts';
import { encodePlan } from '../plan/plan.ts';
import { type CarryOutPlan, planSearch } from '../plan/planned-search.ts';
import type { TruthList } from '../types.ts';
import { conditionsOf, rowFilter } from './allowed-rows.ts';
import { kPrimeFor } from './compute-truth.ts';
import { mostExcluded, withoutExcluded } from './excluded.ts';

/** How deep a corpus is searched, and where. */
export interface CorpusSearchOptions {
  readonly k: number;
  /**
   * Folder for finished parts of these very inputs (`inputs` is a hash of everything that the lists depend
   * on), so that work that was killed goes on.
   */
  readonly partsFolder: (corpus: Corpus, inputs: string) => string;
  /** The engine for so many multiplications; by default the one that suits them. */
  readonly engine?: (work: number) => ExactEngine;
  /** Carries out the search elsewhere; by default in this process, with `partsFolder` and `engine`. */
  readonly carryOut?: CarryOutPlan;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What is searched: a corpus, and its vectors as they were surveyed. */
export interface CorpusSearch {
  readonly corpus: Corpus;
  readonly vectors: StoredVectors;
  readonly queries: VectorTable;
  readonly facts: VectorFacts;
  readonly space: MetricSpace;
}

/** The exact lists of a corpus, one a query, without the documents that are no answer to it. */
export async function searchCorpus(
  input: CorpusSearch,
  options: CorpusSearchOptions,
): Promise<readonly TruthList[]> {
  const { corpus, queries, space, facts } = input;
  const filter = rowFilter(corpus);
  const kPrime = kPrimeFor(options.k) + mostExcluded(corpus.queries);
  const allowed = (keys: readonly string[]) => {
    const allowedRows = filter(keys);
    return (query: number) => {
      const asked = corpus.queries[query];
      return asked === undefined ? null : allowedRows(asked);
    };
  };
  const search = planSearch({
    documents: input.vectors.documents.blocks,
    documentKeys: facts.ids,
    queries,
    space,
    longestSquare: facts.longestSquare,
    kPrime,
    allowed,
    conditions: (query) => {
      const asked = corpus.queries[query];
      const conditions = asked === undefined ? null : conditionsOf(corpus, asked);
      // With the hashes of the corpus, since its documents are what is filtered.
      return conditions === null ? null : JSON.stringify([corpus.hashes, conditions]);
    },
  });
  const { carryOut = searchHere(input, allowed, options) } = options;
  const lists = await carryOut(search, options);
  return lists.map((list, row) => withoutExcluded(list, corpus.queries[row] ?? {}, () => true));
}

/** Carries out a plan in this process; finished parts are kept, and taken up again after a kill. */
function searchHere(
  { corpus, vectors, queries, space }: CorpusSearch,
  allowed: (keys: readonly string[]) => (query: number) => Uint8Array | null,
  options: CorpusSearchOptions,
): CarryOutPlan {
  const { documents } = vectors;
  return async ({ plan }, { progress, signal }) => {
    const inputs = sha256Hex(encodePlan(plan));
    const parts = await openPartFiles(options.partsFolder(corpus, inputs));
    for (const line of parts.setAside) progress.note(line);
    const work = documents.rowCount * queries.ids.length * documents.dimension;
    const engine =
      options.engine?.(work) ??
      steadyEngine(work, ({ why }) => progress.note(`${why}; a slower engine takes over`));
    try {
      const { lists, partsResumed, partsTotal } = await streamLists({
        documents: inSpace(documents, space),
        queries: space.queries(queries),
        kPrime: plan.kPrime,
        engine,
        parts,
        signal,
        allowed,
        onStart: (rows) =>
          progress.stage(
            `exact search of ${counted(queries.ids.length, 'query', 'queries')}, rows`,
            rows,
          ),
        onRows: (count) => progress.tick(count),
      });
      if (partsResumed > 0) {
        progress.note(`${partsResumed} of ${partsTotal} parts of the search were there already`);
      }
      return lists;
    } finally {
      await engine.close();
    }
  };
}

/** Blocks of documents as rows of a space, made as they are read. */
function inSpace({ blocks, dimension, rowCount }: VectorBlocks, space: MetricSpace): VectorBlocks {
  return {
    rowCount,
    dimension: dimension + space.more,
    blocks: blocks.map((block) => ({
      rowCount: block.rowCount,
      read: async () => space.documents(await block.read()),
    })),
  };
}
