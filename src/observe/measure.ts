import { type DocumentKey, textsOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { InfrastructureError } from '../errors.ts';
import type { BlockKey } from '../record/block.ts';
import type { RunWriter } from '../record/run-writer.ts';
import type { Cell, Side, VectorTable } from '../record/types.ts';
import type { Pair } from './ask.ts';
import { type EmbeddedTexts, embedTexts } from './embed-texts.ts';
import {
  type BlockSink,
  observeCensus,
  observeLatency,
  observeQuality,
  observeThroughput,
} from './observe-run.ts';
import type { RunPlan } from './plan.ts';
import type { Progress } from './progress.ts';

/** Vectors of both sides; document ids are `collection/id`. */
export interface RunVectors {
  readonly documents: Readonly<Record<Side, VectorTable>>;
  readonly queries: Readonly<Record<Side, VectorTable>>;
}

/** What measuring needs. */
export interface MeasureOptions {
  readonly pair: Pair;
  readonly corpus: Corpus;
  readonly plan: RunPlan;
  /** Documents of the census; all of them, or a seeded sample of a large corpus. */
  readonly censusKeys: readonly DocumentKey[];
  readonly writer: RunWriter;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly k: number;
  readonly model: string | null;
  readonly concurrency: number;
  readonly throughputConcurrency: number;
  readonly discardedPerBlock: number;
  /** Called once all texts are embedded and before anything is asked: truth and its linter. */
  readonly onVectors: (vectors: RunVectors) => Promise<void>;
  /** Sees each block after it is safe on disk. */
  readonly onBlock?: BlockSink;
  /** Whether no more quality blocks of a cell are wanted; asked before each of them. */
  readonly isDecided?: (cell: Cell) => boolean;
}

/**
 * Carries out a plan: embeddings, census, quality, latency, throughput, writing each block as it ends.
 * An interrupt ends it early without an error.
 * @throws InfrastructureError where the incumbent cannot embed its own texts.
 */
export async function measure(options: MeasureOptions): Promise<void> {
  const { pair, corpus, plan, writer, progress, signal } = options;
  const vectors = await embedBothSides(options);
  if (signal.aborted) return;
  progress.stage('truth', 0);
  await options.onVectors(vectors);
  const observe = {
    k: options.k,
    model: options.model,
    originMs: performance.now(),
    signal,
    concurrency: options.concurrency,
    throughputConcurrency: options.throughputConcurrency,
    discardedPerBlock: options.discardedPerBlock,
    progress,
    isDecided: options.isDecided ?? (() => false),
    isDone: (key: BlockKey) => writer.hasBlock(key),
    sink: (async (key, rows) => {
      await writer.writeObservations(key, rows);
      await options.onBlock?.(key, rows);
    }) satisfies BlockSink,
  };
  await observeCensus(pair, corpus, options.censusKeys, observe);
  await observeQuality(pair, plan, observe);
  await observeLatency(pair, plan, observe);
  await observeThroughput(pair, plan, observe);
}

async function embedBothSides(options: MeasureOptions): Promise<RunVectors> {
  const { pair, corpus, plan, writer, progress } = options;
  const documents = textsOf(corpus.collections);
  progress.stage('embed', 2 * Math.ceil((documents.length + plan.queries.length) / 64));
  const side = async (name: Side): Promise<readonly [EmbeddedTexts, EmbeddedTexts]> => {
    const asked = [
      await embedTexts(pair[name], name, documents, { ...options, kind: 'document' }),
      await embedTexts(pair[name], name, plan.queries, { ...options, kind: 'query' }),
    ] as const;
    await writer.writeVectors(`${name}-documents`, asked[0].table);
    await writer.writeVectors(`${name}-queries`, asked[1].table);
    for (const { failed } of asked) {
      if (failed.length > 0)
        await writer.appendJournal({ event: 'embed-failed', side: name, failed });
    }
    return asked;
  };
  const [incumbent, candidate] = await Promise.all([side('incumbent'), side('candidate')]);
  const failed = incumbent[0].failed[0];
  if (failed !== undefined && !options.signal.aborted) {
    throw new InfrastructureError(
      'truth-vectors',
      `incumbent ${pair.incumbent.label}: no embedding of ${failed.id}: ${failed.detail}`,
      { hint: 'the truth is made from the incumbent’s embeddings: it must embed every document' },
    );
  }
  return {
    documents: { incumbent: incumbent[0].table, candidate: candidate[0].table },
    queries: { incumbent: incumbent[1].table, candidate: candidate[1].table },
  };
}
