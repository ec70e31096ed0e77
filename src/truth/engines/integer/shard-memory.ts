import { type Kernels, kernelsOn } from '../../wasm/kernels.ts';
import { createMemory, type WasmMemory } from '../../wasm/memory.ts';
import type { IntegerProduct, Multiply } from './product.ts';

/** A memory with everything that works on it. */
export interface ShardMemory {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  readonly multiply: Multiply;
}

/** The memories of one thread's shards. */
export interface ShardMemories {
  /**
   * A memory of at least so many bytes; what they hold is undefined.
   *
   * @throws RangeError where there is no room for it
   */
  readonly take: (sizeBytes: number) => ShardMemory;
  /** Takes a memory back that nothing works on any more. */
  readonly release: (memory: ShardMemory) => void;
}

/**
 * Keeps the last memory that was released for the next shard: fresh pages cost as much as some searches,
 * and compiled code that met another instance of the kernels is thrown away.
 */
export function shardMemories(product: IntegerProduct): ShardMemories {
  let spare: ShardMemory | null = null;
  return {
    take: (sizeBytes) => {
      const known = spare;
      spare = null;
      if (known !== null && known.memory.buffer.byteLength >= sizeBytes) return known;
      const memory = createMemory(sizeBytes);
      return { memory, kernels: kernelsOn(memory), multiply: product.bind(memory) };
    },
    release: (memory) => {
      spare = memory;
    },
  };
}
