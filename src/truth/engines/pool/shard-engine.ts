import type { IntegerProduct } from '../integer/product/product.ts';
import type { WorkerSettings } from './protocol.ts';
import type { ShardEngine } from './shard.ts';

/**
 * Opens an engine inside a worker, after its self-test. Only what the engine needs is loaded: the
 * WebAssembly engine never touches the native library.
 *
 * @throws Error where the engine cannot be used on this machine
 */
export async function openShardEngine({ engine, tuning }: WorkerSettings): Promise<ShardEngine> {
  if (engine === 'float32') {
    const { openMultiplyTopK } = await import('../float32/multiply.ts');
    const { openFloat32Shard } = await import('../float32/search.ts');
    const multiply = await openMultiplyTopK();
    return { open: (source) => openFloat32Shard(source, multiply, tuning) };
  }
  const { openIntegerShard } = await import('../integer/integer-shard.ts');
  const { shardMemories } = await import('../integer/shard-memory.ts');
  const product = engine === 'int8' ? await eightBits() : await sixteenBits();
  const memories = shardMemories(product);
  return { open: (source) => openIntegerShard(source, product, tuning, memories) };
}

async function eightBits(): Promise<IntegerProduct> {
  const { exactProduct } = await import('../integer/product/exact-product.ts');
  return await exactProduct();
}

async function sixteenBits(): Promise<IntegerProduct> {
  const { selfTestIntegers } = await import('../integer/self-test.ts');
  const { wasmProduct } = await import('../integer/product/wasm-product.ts');
  await selfTestIntegers(wasmProduct);
  return wasmProduct;
}
