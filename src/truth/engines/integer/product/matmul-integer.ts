import { encodeOnnx } from '../../../../embed/onnx/model.ts';
import { openSession, Tensor } from '../../../../onnx/onnxruntime.ts';
import { EIGHT_BITS } from '../quantise.ts';
import type { IntegerProduct } from './product.ts';

/** u8 rows store an integer c as c + 128. */
const ZERO = 128;

/**
 * Products of 8-bit integers by onnxruntime's `MatMulInteger`, u8 × s8, on one thread.
 *
 * Rows are u8 with their zero at 128, which adds 128 · Σ e to the product with a query e. That is told
 * as the query's centre and subtracted later, in integers. 255 · 127 · d stays below 2³¹ up to 66,000
 * dimensions.
 *
 * @throws Error where onnxruntime cannot be used
 */
export async function matmulInteger(): Promise<IntegerProduct> {
  const session = await openSession(graph(), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return {
    quantisation: EIGHT_BITS,
    rowBytes: (dimension) => dimension,
    queryBytes: (dimension, columns) => dimension * columns,
    storeRow: (memory, address, codes) => {
      const row = new Uint8Array(memory.buffer, address, codes.length);
      for (let t = 0; t < codes.length; t++) row[t] = (codes[t] as number) + ZERO;
    },
    storeQuery: (memory, address, codes, column, columns) => {
      const queries = new Int8Array(memory.buffer, address, codes.length * columns);
      let sum = 0;
      for (let t = 0; t < codes.length; t++) {
        const code = codes[t] as number;
        queries[t * columns + column] = code;
        sum += code;
      }
      return ZERO * sum;
    },
    bind:
      ({ buffer }) =>
      async ({ rows, rowCount, queries, columns, dimension, products }) => {
        // Views of the one memory: nothing is copied on the way in or out.
        const x = new Uint8Array(buffer, rows, rowCount * dimension);
        const q = new Int8Array(buffer, queries, dimension * columns);
        const out = new Int32Array(buffer, products, rowCount * columns);
        await session.run(
          {
            rows: new Tensor('uint8', x, [rowCount, dimension]),
            queries: new Tensor('int8', q, [dimension, columns]),
          },
          { products: new Tensor('int32', out, [rowCount, columns]) },
        );
      },
  };
}

/** (`rows` u8 n × d, `queries` s8 d × q) → `products` s32 n × q. */
function graph(): Uint8Array {
  return encodeOnnx({
    name: 'integer-products',
    inputs: [
      { name: 'rows', type: 'uint8', shape: ['n', 'd'] },
      { name: 'queries', type: 'int8', shape: ['d', 'q'] },
    ],
    outputs: [{ name: 'products', type: 'int32', shape: ['n', 'q'] }],
    constants: [],
    nodes: [{ operation: 'MatMulInteger', inputs: ['rows', 'queries'], outputs: ['products'] }],
  });
}
