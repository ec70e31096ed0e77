import { type Kernels, kernelsOn } from '../../wasm/kernels.ts';
import { createMemory, type WasmMemory } from '../../wasm/memory.ts';
import { type ReusableBuffer, reusableBuffer } from '../reusable-buffer.ts';
import type { IntegerProduct, Multiply } from './product/product.ts';

/** A memory with everything that works on it. */
export interface ShardMemory {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  readonly multiply: Multiply;
}

/**
 * The memories of one thread's shards; `take` throws RangeError where there is no room. They are used
 * again with their kernels: compiled code that meets another instance of those is thrown away.
 */
export function shardMemories(product: IntegerProduct): ReusableBuffer<ShardMemory> {
  return reusableBuffer(
    (sizeBytes) => {
      const memory = createMemory(sizeBytes);
      return { memory, kernels: kernelsOn(memory), multiply: product.bind(memory) };
    },
    ({ memory }) => memory.buffer.byteLength,
  );
}
