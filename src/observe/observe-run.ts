import { type DocumentKey, partsOf, storedKey, textsOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { counted } from '../counted.ts';
import type { Progress } from '../progress.ts';
import type { BlockKey } from '../record/block.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Arm, Cell, Observation } from '../record/types.ts';
import { type AskOptions, ask, mapConcurrently, type Pair } from './ask.ts';
import { withoutTooLong } from './limits/too-long.ts';
import type { RunPlan } from './plan.ts';

/** Where finished blocks go; each call is one block and is safe on disk when it resolves. */
export type WriteBlock = (key: BlockKey, rows: readonly Observation[]) => Promise<void>;

/** What the stages need. */
export interface ObserveOptions extends AskOptions {
  readonly concurrency: number;
  readonly throughputConcurrency: number;
  readonly discardedPerBlock: number;
  readonly progress: Progress;
  readonly writeBlock: WriteBlock;
  /** Blocks that are on disk already, from the run that is gone on with: they are not asked again. */
  readonly isDone: (key: BlockKey) => boolean;
  /** The rows of such a block. */
  readonly stored: (key: BlockKey) => Promise<readonly Observation[]>;
  /** Whether no more quality blocks of a cell are wanted. */
  readonly isDecided: (cell: Cell) => boolean;
}

/** A block of one arm. */
type ArmBlock = BlockKey & { readonly arm: Arm };

/** Documents that are asked again at most. */
const MOST_AGAIN = 500;
/** Share of failed requests up to which they are asked again: few failures are chance, many are not over in a moment. */
const MOST_FAILED = 0.1;

/**
 * Asks every document of the keys by its own text on both sides, through one operation of the plan. What a side
 * does not return first is asked of both twice more, and once for a longer list: a single answer proves no loss, and a
 * single failure nothing at all.
 * Texts that are longer than the queries a side takes are left out for that side.
 */
export async function observeCensus(
  pair: Pair,
  corpus: Corpus,
  asked: { readonly cell: Cell; readonly keys: readonly DocumentKey[] },
  options: ObserveOptions,
): Promise<void> {
  const { cell, keys } = asked;
  const wanted = new Set(keys);
  const documents = textsOf(corpus.collections)
    .filter(({ id }) => wanted.has(id))
    .map((text) => ({ ...text, collections: [partsOf(text.id).collection] }));
  const lengths = new Map<string, number>(documents.map(({ id, text }) => [id, text.length]));
  const askAll = async (
    arm: Arm,
    block: number,
    asked: typeof documents,
    k = options.k,
  ): Promise<readonly Observation[]> => {
    const key: ArmBlock = { phase: 'census', cell, arm, block };
    if (options.isDone(key)) return options.stored(key);
    const rows = await mapConcurrently(
      asked,
      options.concurrency,
      options.signal,
      async (document, sequence) => {
        const at = place(key, sequence);
        const row = await ask(pair, document, at, { ...options, k });
        options.progress.tick(1);
        return row;
      },
    );
    const kept = withoutTooLong(rows, (id) => lengths.get(id) ?? 0);
    const tooLong = rows.length - kept.length;
    if (tooLong > 0) {
      options.progress.note(
        `${arm === 'A' ? 'incumbent' : 'candidate'}: ${counted(tooLong, 'document is', 'documents are')} longer than the queries it takes, and ${tooLong === 1 ? 'is' : 'are'} left out of the census`,
      );
    }
    await flush(options, kept, asked.length - tooLong);
    return kept;
  };
  options.progress.stage('census', documents.length * 2);
  const first = await Promise.all([askAll('A', 0, documents), askAll('B', 0, documents)]);
  const doubtful = new Set(
    first.flatMap((rows) => {
      const isUnwell = rows.filter(hasFailed).length > MOST_FAILED * rows.length;
      return rows
        .filter((row) => isNotFirst(row) || (hasFailed(row) && !isUnwell))
        .map(({ queryId }) => queryId);
    }),
  );
  const again = documents.filter(({ id }) => doubtful.has(id)).slice(0, MOST_AGAIN);
  if (again.length === 0 || options.signal.aborted) return;
  options.progress.stage('census again', again.length * 6);
  const longer = Math.max(4 * options.k, 50);
  for (const [at, k] of [options.k, options.k, longer].entries()) {
    if (options.signal.aborted) return;
    await Promise.all([askAll('A', at + 1, again, k), askAll('B', at + 1, again, k)]);
  }
}

function hasFailed({ outcome }: Observation): boolean {
  return outcome !== 'ok' && outcome !== 'aborted';
}

/** Whether an answer to a document's own text does not begin with it. */
function isNotFirst({ outcome, queryId, ids }: Observation): boolean {
  return outcome === 'ok' && partsOf(storedKey(queryId)).id !== ids[0];
}

/** Asks every query of the plan in all four arms; one arm of each side at a time, untimed. */
export async function observeQuality(
  pair: Pair,
  plan: RunPlan,
  options: ObserveOptions,
): Promise<void> {
  const total = plan.quality.reduce((sum, block) => sum + block.queries.length * 4, 0);
  options.progress.stage('quality', total);
  const touched = new Set<string>();
  for (const block of plan.quality) {
    if (options.isDecided(block.cell)) {
      options.progress.tick(block.queries.length * 4);
      continue;
    }
    for (const round of block.rounds) {
      if (options.signal.aborted) return;
      await Promise.all(
        round.map(async (arm) => {
          const touchOf = ({ id }: { readonly id: string }) =>
            `${block.cell} ${sideOfArm(arm)} ${id}`;
          const key: ArmBlock = { phase: 'quality', cell: block.cell, arm, block: block.block };
          if (options.isDone(key)) {
            for (const query of block.queries) touched.add(touchOf(query));
            return;
          }
          const rows = await mapConcurrently(
            block.queries,
            options.concurrency,
            options.signal,
            async (query, sequence) => {
              const touch = touchOf(query);
              const firstTouch = !touched.has(touch);
              touched.add(touch);
              const row = await ask(pair, query, place(key, sequence, { firstTouch }), options);
              options.progress.tick(1);
              return row;
            },
          );
          await flush(options, rows, block.queries.length);
        }),
      );
    }
  }
}

/** Times ABBA/BAAB blocks, closed loop, one request at a time; rows before `discardedPerBlock` are not kept. */
export async function observeLatency(
  pair: Pair,
  plan: RunPlan,
  options: ObserveOptions,
): Promise<void> {
  const total = plan.latency.reduce((sum, block) => sum + block.queries.length, 0);
  options.progress.stage('latency', total);
  for (const block of plan.latency) {
    if (options.signal.aborted) return;
    const key: ArmBlock = {
      phase: 'latency',
      cell: block.cell,
      arm: block.arm,
      block: block.block,
    };
    if (options.isDone(key)) continue;
    const rows: Observation[] = [];
    const warmUp = block.queries.slice(0, options.discardedPerBlock);
    for (const query of warmUp) {
      if (options.signal.aborted) return;
      await ask(pair, query, place(key, -1), options);
    }
    for (const [sequence, query] of block.queries.entries()) {
      if (options.signal.aborted) return;
      const at = place(key, sequence, { pair: block.pair });
      rows.push(await ask(pair, query, at, options));
      options.progress.tick(1);
    }
    await flush(options, rows, block.queries.length);
  }
}

/** Closed-loop slices at fixed concurrency, alternating sides. */
export async function observeThroughput(
  pair: Pair,
  plan: RunPlan,
  options: ObserveOptions,
): Promise<void> {
  const total = plan.throughput.reduce((sum, slice) => sum + slice.queries.length, 0);
  options.progress.stage('throughput', total);
  for (const slice of plan.throughput) {
    if (options.signal.aborted) return;
    const key: ArmBlock = {
      phase: 'throughput',
      cell: slice.cell,
      arm: slice.arm,
      block: slice.block,
    };
    if (options.isDone(key)) continue;
    const rows = await mapConcurrently(
      slice.queries,
      options.throughputConcurrency,
      options.signal,
      async (query, sequence) => {
        const row = await ask(pair, query, place(key, sequence), options);
        options.progress.tick(1);
        return row;
      },
    );
    await flush(options, rows, slice.queries.length);
  }
}

/**
 * Hands on a whole block. Requests that an interrupt cut off were never answered nor failed, so a block that
 * lacks some is left out: a run that is gone on with asks it again.
 */
async function flush(
  options: ObserveOptions,
  rows: readonly Observation[],
  expected: number,
): Promise<void> {
  const ended = rows.filter((row) => row.outcome !== 'aborted');
  const first = ended[0];
  if (first === undefined || ended.length < expected) return;
  const { phase, cell, arm, block } = first;
  await options.writeBlock({ phase, cell, arm, block }, ended);
}

/** Where a row of a block stands; `pair` and `firstTouch` only where its phase has them. */
function place(
  { phase, cell, arm, block }: ArmBlock,
  sequence: number,
  { pair = 0, firstTouch = false }: { readonly pair?: number; readonly firstTouch?: boolean } = {},
) {
  return { phase, cell, arm, block, pair, sequence, firstTouch };
}
