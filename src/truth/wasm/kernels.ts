import { dotKernel } from './dot-kernel.ts';
import { encodeModule } from './encode-module.ts';
import { instantiate, type WasmMemory } from './memory.ts';
import { multiplyKernel } from './multiply-kernel.ts';
import { refineKernel } from './refine-kernel.ts';
import { scanKernel } from './scan-kernel.ts';

/** The kernels over one memory; all arguments are byte addresses, sizes in bytes, or counts. */
export interface Kernels {
  readonly multiply: (
    rows: number,
    rowsEnd: number,
    queries: number,
    queriesEnd: number,
    stride: number,
    out: number,
    outStride: number,
  ) => void;
  readonly scan: (
    products: number,
    rowCount: number,
    rowBytes: number,
    scales: number,
    residuals: number,
    floors: number,
    slopes: number,
    centres: number,
    hits: number,
  ) => number;
  readonly refine: (
    rows: number,
    queries: number,
    stride: number,
    norms: number,
    floors: number,
    pairs: number,
    pairsEnd: number,
  ) => number;
  readonly dots: (
    rows: number,
    queries: number,
    stride: number,
    pairs: number,
    pairsEnd: number,
    out: number,
  ) => void;
}

/**
 * Assembles the kernels and binds them to a memory.
 *
 * @throws WebAssembly.CompileError where this machine's WebAssembly has no 128-bit vectors
 */
export function kernelsOn(memory: WasmMemory): Kernels {
  const bytes = encodeModule([multiplyKernel(), scanKernel(), refineKernel(), dotKernel()]);
  return instantiate(bytes, memory) as Kernels;
}
