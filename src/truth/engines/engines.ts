import { type PooledEngine, type PoolOptions, pooledEngine } from './pool/pooled-engine.ts';
import type { EngineTuning } from './pool/protocol.ts';

/** Below so many multiplications a filter costs more than it spares. */
const SMALL_WORK = 4e6;

const FLOAT32: EngineTuning = {
  rowsPerBlock: 8192,
  queriesPerBlock: 256,
  pad: 16,
  keptValueBytes: 0,
  smallWork: SMALL_WORK,
  boundShare: 1,
};

/** How the work of the integer engines is cut. */
export const INTEGER: EngineTuning = {
  rowsPerBlock: 512,
  queriesPerBlock: 512,
  pad: 0,
  keptValueBytes: 2 ** 26,
  smallWork: SMALL_WORK,
  boundShare: 1,
};

/** Products of 8-bit integers in onnxruntime as the filter: the fastest, where its self-test passes. */
export function int8Engine(options: PoolOptions = {}): PooledEngine {
  return pooledEngine('int8', INTEGER, options);
}

/** Products of float32 rows in onnxruntime as the filter. */
export function float32Engine(options: PoolOptions = {}): PooledEngine {
  return pooledEngine('float32', FLOAT32, options);
}

/** Products of 16-bit integers in WebAssembly as the filter: needs no native library. */
export function wasmEngine(options: PoolOptions = {}): PooledEngine {
  return pooledEngine('wasm', INTEGER, options);
}
