import { expect } from 'vitest';
import { float32Engine, int8Engine, wasmEngine } from '../../src/truth/engines/engines.ts';
import type { ExactInput, ExactResult } from '../../src/truth/engines/exact-engine.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import type { PooledEngine } from '../../src/truth/engines/pool/pooled-engine.ts';
import { isInt8Exact } from './int8-here.ts';

/** What every engine is held to. */
export const oracle = float64Engine();

/** As it is used, but for nothing being left to float64 for being small. */
export const usual = { smallWork: 0 };
/** Shards, blocks and batches so small that every property crosses several. */
export const narrow = {
  threads: 3,
  minRowsPerShard: 1,
  rowsPerBlock: 32,
  queriesPerBlock: 3,
  pad: 1,
  smallWork: 0,
};

/** Products of four blocks at once where there are few queries, and no float32 values kept beside them. */
export const parted = {
  threads: 2,
  minRowsPerShard: 1,
  rowsPerBlock: 32,
  queriesPerBlock: 64,
  keptValueBytes: 0,
  pad: 1,
  smallWork: 0,
};

/** Lists as plain values. */
export function lists(result: ExactResult) {
  return result.lists.map(({ keys, scores, allowedCount }) => ({
    keys: [...keys],
    scores: [...scores],
    allowedCount,
  }));
}

/** Asks an engine, and holds its lists to those of the oracle. */
export async function expectEqual(engine: PooledEngine, input: ExactInput): Promise<ExactResult> {
  const result = await engine.topK(input);
  const expected = await oracle.topK(input);
  expect(lists(result)).toEqual(lists(expected));
  expect(result.zeroDocuments).toEqual(expected.zeroDocuments);
  expect(result.zeroQueries).toEqual(expected.zeroQueries);
  expect(result.engine).toBe(engine.name);
  return result;
}

/** The engines of this processor: on one without exact integer products int8 refuses, which engine-choice.test.ts shows. */
export const ENGINES = [
  ...(isInt8Exact ? ([['int8', int8Engine]] as const) : []),
  ['float32', float32Engine],
  ['wasm', wasmEngine],
] as const;
