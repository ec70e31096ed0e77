import { dotKernel } from './dot-kernel.ts';
import { encodeModule } from './encode-module.ts';
import { compile, instantiate, type WasmMemory } from './memory.ts';
import { multiplyKernel } from './multiply-kernel.ts';
import { peaksKernel } from './peaks-kernel.ts';
import { refineKernel } from './refine-kernel.ts';
import { scanKernel } from './scan-kernel.ts';

/** What each kernel begins with that walks over the products of a block. */
export type ProductWalk = [
  products: number,
  productsEnd: number,
  rowBytes: number,
  scales: number,
  residuals: number,
  slopes: number,
  centres: number,
];

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
  readonly peaks: (...walk: [...ProductWalk, peaks: number, peaksEnd: number]) => void;
  readonly scan: (...walk: [...ProductWalk, floors: number, hits: number]) => number;
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

/** Compiled once a thread: code that has become fast stays so for the next memory. */
let compiled: object | null = null;

/**
 * The kernels, bound to a memory.
 *
 * @throws WebAssembly.CompileError where this machine's WebAssembly has no 128-bit vectors
 */
export function kernelsOn(memory: WasmMemory): Kernels {
  compiled ??= compile(
    encodeModule([multiplyKernel(), peaksKernel(), scanKernel(), refineKernel(), dotKernel()]),
  );
  return instantiate(compiled, memory) as Kernels;
}
