import { type DocumentKey, textsOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { counted } from '../counted.ts';
import type { Progress } from '../progress.ts';
import type { BlockKey } from '../record/block.ts';
import { cutTextsEvent } from '../record/cut-texts.ts';
import { openRun } from '../record/run/open-run.ts';
import { recordedVectors } from '../record/run/recorded-vectors.ts';
import type { RunReader } from '../record/run/run-reader.ts';
import type { RunWriter } from '../record/run/run-writer.ts';
import type { Cell, Side, VectorTable } from '../record/types.ts';
import type { Pair } from './ask.ts';
import { EMBED_BATCH, type EmbeddedTexts, embedTexts, withoutFew } from './embed-texts.ts';
import { observeHarnessFloor } from './floor/harness-floor.ts';
import {
  observeCensus,
  observeLatency,
  observeQuality,
  observeThroughput,
  type WriteBlock,
} from './observe-run.ts';
import { patientPair } from './patient-pair.ts';
import type { RunPlan } from './plan.ts';

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
  /**
   * Called once all texts are embedded and before anything is asked: truth and its linter. The pair that it gives is
   * asked from then on; membership is asked of the sides as they are.
   */
  readonly onVectors: (vectors: RunVectors) => Promise<Pair>;
  /** Sees each block after it is safe on disk. */
  readonly onBlock?: WriteBlock;
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
  const calm = patientPair(pair);
  const vectors = await embedBothSides(options, calm.pair);
  if (signal.aborted) return;
  progress.stage('truth', 0);
  const asked = await options.onVectors(vectors);
  const calmAsked = patientPair(asked);
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
    stored: async ({ phase, cell, arm, block }: BlockKey) =>
      (await (await writer.readBack()).observations(phase)).filter(
        (row) => row.cell === cell && row.arm === arm && row.block === block,
      ),
    writeBlock: (async (key, rows) => {
      await writer.writeObservations(key, rows);
      await options.onBlock?.(key, rows);
    }) satisfies WriteBlock,
  };
  const censusKeys = withVector(options.censusKeys, vectors.documents.incumbent);
  const unasked = options.censusKeys.length - censusKeys.length;
  if (unasked > 0)
    progress.note(
      `${counted(unasked, 'document without a vector is', 'documents without a vector are')} not asked for`,
    );
  const cell = plan.cells.some((entry) => entry.cell === 'search') ? 'search' : 'retrieve';
  await observeCensus(calm.pair, corpus, { cell, keys: censusKeys }, observe);
  await observeQuality(calmAsked.pair, plan, observe);
  for (const line of calmAsked.lines()) progress.note(line);
  const waits = calmAsked.waits();
  if (waits.incumbent.count + waits.candidate.count > 0) {
    await writer.appendJournal({ event: 'throttled', ...waits });
  }
  await observeHarnessFloor({ pair: asked, plan, writer, progress, signal });
  await observeLatency(asked, plan, observe);
  await observeThroughput(asked, plan, observe);
}

async function embedBothSides(options: MeasureOptions, pair: Pair): Promise<RunVectors> {
  const { corpus, plan, writer, progress } = options;
  const documents = textsOf(corpus.collections);
  progress.stage('embed', 2 * Math.ceil((documents.length + plan.queries.length) / EMBED_BATCH));
  // Both sides read one reader: to open a run is to hash it.
  let reader: Promise<RunReader> | null = null;
  const reading = () => (reader ??= openRun(writer.folder));
  const side = async (name: Side): Promise<readonly [EmbeddedTexts, EmbeddedTexts]> => {
    const embeds = pair[name].capabilities.operations.embed !== undefined;
    const before = await recordedVectors(writer, reading, [
      { name: `${name}-documents`, of: documents },
      { name: `${name}-queries`, of: plan.queries },
    ]);
    const [known, knownQueries] = before ?? [];
    if (known !== undefined && knownQueries !== undefined) {
      progress.tick(Math.ceil((documents.length + plan.queries.length) / EMBED_BATCH));
      return [embeddedBefore(known), embeddedBefore(knownQueries)];
    }
    const asked = embeds
      ? ([
          await embedTexts(pair[name], name, documents, { ...options, kind: 'document' }),
          await embedTexts(pair[name], name, plan.queries, { ...options, kind: 'query' }),
        ] as const)
      : ([NOTHING_EMBEDDED, NOTHING_EMBEDDED] as const);
    if (!embeds)
      progress.note(`${name} ${pair[name].label} has no embed: embeddings are not compared`);
    // What an interrupt cut short is embedded again.
    if (options.signal.aborted) return asked;
    await writer.writeVectors(`${name}-documents`, asked[0].table);
    await writer.writeVectors(`${name}-queries`, asked[1].table);
    for (const { failed, cut } of asked) {
      if (failed.length > 0) {
        await writer.appendJournal({ event: 'embed-failed', side: name, failed });
      }
      if (cut > 0) {
        progress.note(
          `${name}: ${counted(cut, 'text is', 'texts are')} longer than it embeds, and ${cut === 1 ? 'was' : 'were'} cut`,
        );
        await writer.appendJournal(cutTextsEvent(name, cut));
      }
    }
    return asked;
  };
  const [incumbent, candidate] = await Promise.all([side('incumbent'), side('candidate')]);
  if (!options.signal.aborted) {
    const where = `incumbent ${pair.incumbent.label}`;
    for (const { id, detail } of withoutFew(incumbent[0], documents.length, where)) {
      progress.note(`${where}: no embedding of ${id}: ${detail}; it is left out of truth`);
    }
  }
  return {
    documents: { incumbent: incumbent[0].table, candidate: candidate[0].table },
    queries: { incumbent: incumbent[1].table, candidate: candidate[1].table },
  };
}

function embeddedBefore(table: VectorTable): EmbeddedTexts {
  return { table, failed: [], cut: 0 };
}

const NOTHING_EMBEDDED: EmbeddedTexts = {
  table: { ids: [], dimension: 0, values: new Float32Array(0) },
  failed: [],
  cut: 0,
};

/** The documents of a census that have a defined truth: a vector, and not one of zeros alone. */
function withVector(
  keys: readonly DocumentKey[],
  { ids, dimension, values }: VectorTable,
): DocumentKey[] {
  // Without any vector no truth is made of them, and each document can be asked for.
  if (ids.length === 0) return [...keys];
  const rowOf = new Map<string, number>(ids.map((id, row) => [id, row]));
  return keys.filter((key) => {
    const row = rowOf.get(key);
    if (row === undefined) return false;
    return values.subarray(row * dimension, (row + 1) * dimension).some((value) => value !== 0);
  });
}
