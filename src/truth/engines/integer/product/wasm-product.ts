import { kernelsOn } from '../../../wasm/kernels.ts';
import { STEP_BYTES } from '../../../wasm/multiply-kernel.ts';
import { SIXTEEN_BITS } from '../quantise.ts';
import type { IntegerProduct } from './product.ts';

/** Products of 16-bit integers by this suite's own WebAssembly: needs no native library. */
export const wasmProduct: IntegerProduct = {
  quantisation: SIXTEEN_BITS,
  rowBytes,
  queryBytes: (dimension, columns) => rowBytes(dimension) * columns,
  storeRow: (memory, address, codes) => {
    const row = new Int16Array(memory.buffer, address, rowBytes(codes.length) / 2);
    row.set(codes);
    row.fill(0, codes.length);
  },
  storeQuery: (memory, address, codes, column) => {
    const stride = rowBytes(codes.length);
    const query = new Int16Array(memory.buffer, address + column * stride, stride / 2);
    query.set(codes);
    query.fill(0, codes.length);
    return 0;
  },
  bind: (memory) => {
    const { multiply } = kernelsOn(memory);
    return ({ rows, rowCount, queries, columns, dimension, products }) => {
      const stride = rowBytes(dimension);
      const evenRows = rowCount + (rowCount % 2);
      multiply(
        rows,
        rows + evenRows * stride,
        queries,
        queries + columns * stride,
        stride,
        products,
        columns * 4,
      );
    };
  },
};

function rowBytes(dimension: number): number {
  return Math.max(1, Math.ceil((dimension * 2) / STEP_BYTES)) * STEP_BYTES;
}
