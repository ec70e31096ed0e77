import { selfTestIntegers } from '../self-test.ts';
import { matmulInteger } from './matmul-integer.ts';
import type { IntegerProduct } from './product.ts';

/**
 * Products of 8-bit integers that are exact on this machine: u8 × s8, the fastest, and u8 × u8 where that saturates.
 * @throws Error where neither is exact, or onnxruntime cannot be used
 */
export async function exactProduct(): Promise<IntegerProduct> {
  const signed = await matmulInteger('s8');
  try {
    await selfTestIntegers(signed);
    return signed;
  } catch {
    const unsigned = await matmulInteger('u8');
    await selfTestIntegers(unsigned);
    return unsigned;
  }
}
