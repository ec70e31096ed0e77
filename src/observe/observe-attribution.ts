import type { Query } from '../corpus/types.ts';
import type { BlockKey } from '../record/block.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Arm, Cell, Observation, Side, VectorTable } from '../record/types.ts';
import { ask, mapConcurrently, type Pair } from './ask.ts';
import type { ObserveOptions } from './observe-run.ts';

/** What the extra requests need beside what every stage needs. */
export interface AttributionRequests
  extends Pick<
    ObserveOptions,
    'model' | 'originMs' | 'signal' | 'concurrency' | 'progress' | 'writeBlock' | 'isDone'
  > {
  /** Depth k′ of the longer lists. */
  readonly kPrime: number;
  /** Each side's own vectors of the queries. */
  readonly vectors: Readonly<Record<Side, VectorTable>>;
  readonly deepBlock: number;
  readonly vectorBlock: number;
  readonly exactBlock: number;
}

/**
 * Asks sampled queries again for longer lists: by text, by the side's own vector where it takes vectors, and by its own
 * exact search where a request can ask for one. They tell an index that lost a row from a side that does not have it.
 */
export async function observeAttribution(
  pair: Pair,
  cells: readonly { readonly cell: Cell; readonly queries: readonly Query[] }[],
  options: AttributionRequests,
): Promise<void> {
  const total = cells.reduce((sum, { queries }) => sum + queries.length * 6, 0);
  options.progress.stage('attribution', total);
  for (const { cell, queries } of cells) {
    await Promise.all(
      (['A', 'B'] as const).map(async (arm) => {
        const asked = { pair, cell, arm, queries, vectorOf: () => undefined };
        await askAll({ ...asked, block: options.deepBlock }, options);
        if (pair[sideOfArm(arm)].capabilities.exact === 'query') {
          await askAll({ ...asked, block: options.exactBlock, exact: true }, options);
        } else options.progress.tick(queries.length);
        const vectorOf = vectorLookup(options.vectors[sideOfArm(arm)]);
        const byVector = { ...asked, block: options.vectorBlock, vectorOf };
        const first = await answersTo({ ...byVector, queries: queries.slice(0, 1) }, options);
        if (first.every((row) => row.outcome === 'unsupported')) {
          options.progress.tick(queries.length - first.length);
          return;
        }
        await askAll(byVector, options);
      }),
    );
  }
}

/** Queries of one cell that one arm is asked in one block. */
interface Asked {
  readonly pair: Pair;
  readonly cell: Cell;
  readonly arm: Arm;
  readonly queries: readonly Query[];
  readonly block: number;
  readonly vectorOf: (queryId: string) => Float32Array | undefined;
  readonly exact?: true;
}

async function askAll(asked: Asked, options: AttributionRequests): Promise<void> {
  const { cell, arm, block } = asked;
  const key: BlockKey = { phase: 'attribution', cell, arm, block };
  if (options.isDone(key) || options.signal.aborted) return;
  const rows = await answersTo(asked, options);
  const ended = rows.filter((row) => row.outcome !== 'aborted');
  // A block that lacks what an interrupt cut off would count as whole where the run is gone on with.
  if (ended.length > 0 && ended.length === asked.queries.length) {
    await options.writeBlock(key, ended);
  }
}

async function answersTo(
  { pair, cell, arm, queries, block, vectorOf, exact }: Asked,
  options: AttributionRequests,
): Promise<Observation[]> {
  return await mapConcurrently(
    queries,
    options.concurrency,
    options.signal,
    async (query, sequence) => {
      const place = { phase: 'attribution', cell, arm, block, pair: 0, sequence } as const;
      const row = await ask(
        pair,
        query,
        { ...place, firstTouch: false },
        {
          k: options.kPrime,
          model: options.model,
          originMs: options.originMs,
          signal: options.signal,
          ...(exact === undefined ? {} : { exact }),
        },
        vectorOf(query.id),
      );
      options.progress.tick(1);
      return row;
    },
  );
}

function vectorLookup(table: VectorTable): (id: string) => Float32Array | undefined {
  const rowOf = new Map(table.ids.map((id, row) => [id, row]));
  return (id) => {
    const row = rowOf.get(id);
    return row === undefined
      ? undefined
      : table.values.subarray(row * table.dimension, (row + 1) * table.dimension);
  };
}
