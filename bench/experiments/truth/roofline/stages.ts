import { squaredNorms } from '../../../../src/truth/cosine.ts';
import { INTEGER } from '../../../../src/truth/engines/engines.ts';
import { openIntegerShard } from '../../../../src/truth/engines/integer/integer-shard.ts';
import { exactProduct } from '../../../../src/truth/engines/integer/product/exact-product.ts';
import type { IntegerProduct } from '../../../../src/truth/engines/integer/product/product.ts';
import {
  type ShardMemory,
  shardMemories,
} from '../../../../src/truth/engines/integer/shard-memory.ts';
import { createSharedFloors } from '../../../../src/truth/engines/integer/shared-floors.ts';
import type { ReusableBuffer } from '../../../../src/truth/engines/reusable-buffer.ts';
import { clusteredTables } from '../clustered-table.ts';
import type { Stages } from './record.ts';

/** The search of one shard on this thread, stage by stage; the median search of several by its whole time. */
export async function stagesOf(
  size: { readonly rows: number; readonly queries: number; readonly dimension: number },
  k: number,
  searches: number,
): Promise<Stages> {
  const { documents, queries } = clusteredTables(size.rows, size.queries, size.dimension, 1);
  const clock = { multiplyMs: 0, scanMs: 0, refineMs: 0, kept: 0, scored: 0 };
  const product = timedProduct(await exactProduct(), clock);
  const squares = squaredNorms(documents, 'document');
  const source = { dimension: size.dimension, values: documents.values, squares };
  const prepareStart = performance.now();
  const shard = openIntegerShard(source, product, INTEGER, timedMemories(product, clock));
  const prepareMs = performance.now() - prepareStart;
  const ask = {
    queries: queries.values,
    querySquares: squaredNorms(queries, 'query'),
    groups: [{ bitmap: null, queries: queries.ids.map((_, at) => at) }],
    kPrime: k,
  };
  const found: (Stages & { readonly wholeMs: number })[] = [];
  for (let search = 0; search <= searches; search++) {
    Object.assign(clock, { multiplyMs: 0, scanMs: 0, refineMs: 0, kept: 0, scored: 0 });
    const start = performance.now();
    await shard.search({ ...ask, floors: createSharedFloors(queries.ids.length) }, () => {});
    const wholeMs = performance.now() - start;
    const restMs = wholeMs - clock.multiplyMs - clock.scanMs - clock.refineMs;
    // The first one warms up.
    if (search > 0) found.push({ prepareMs, ...clock, restMs, wholeMs });
  }
  shard.close();
  const middle = found.toSorted((a, b) => a.wholeMs - b.wholeMs)[Math.floor(found.length / 2)];
  if (middle === undefined) throw new RangeError('no search');
  const { wholeMs: _, ...stages } = middle;
  return stages;
}

type Clock = Record<'multiplyMs' | 'scanMs' | 'refineMs' | 'kept' | 'scored', number>;

function timedProduct(product: IntegerProduct, clock: Clock): IntegerProduct {
  return {
    ...product,
    bind: (memory) => {
      const multiply = product.bind(memory);
      return async (task) => {
        const start = performance.now();
        await multiply(task);
        clock.multiplyMs += performance.now() - start;
      };
    },
  };
}

function timedMemories(product: IntegerProduct, clock: Clock): ReusableBuffer<ShardMemory> {
  const memories = shardMemories(product);
  return {
    release: memories.release,
    acquire: (sizeBytes) => {
      const own = memories.acquire(sizeBytes);
      const { kernels } = own;
      const timed = <Args extends unknown[], Result>(
        stage: 'scanMs' | 'refineMs',
        kernel: (...args: Args) => Result,
        after: (result: Result, args: Args) => void = () => {},
      ) => {
        return (...args: Args): Result => {
          const start = performance.now();
          const result = kernel(...args);
          clock[stage] += performance.now() - start;
          after(result, args);
          return result;
        };
      };
      return {
        ...own,
        kernels: {
          multiply: kernels.multiply,
          peaks: timed('scanMs', kernels.peaks),
          scan: timed('scanMs', kernels.scan, (end, args) => {
            clock.kept += (end - (args.at(-1) ?? 0)) / 4;
          }),
          refine: timed('refineMs', kernels.refine, (end, args) => {
            clock.scored += (end - args[5]) / 4;
          }),
          dots: timed('refineMs', kernels.dots),
        },
      };
    },
  };
}
