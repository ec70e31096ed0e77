import { encodeOnnx } from '../../../../embed/onnx/model.ts';
import { openSession, Tensor } from '../../../../onnx/onnxruntime.ts';
import { EIGHT_BITS } from '../quantise.ts';
import type { IntegerProduct } from './product.ts';

/** u8 rows store an integer c as c + 128. */
const ZERO = 128;

/** How a query's integers are stored: as they are, or like those of rows, with their zero at 128. */
export type EightBitQueries = 's8' | 'u8';

/**
 * Products of 8-bit integers by onnxruntime's `MatMulInteger`, on one thread: u8 × s8, or u8 × u8.
 *
 * Without VNNI the instruction for u8 × s8 adds pairs in 16 bits and saturates, which the self-test finds; onnxruntime
 * multiplies u8 × u8 in 16 bits there, which is exact. The zero of the queries is told to it and taken out in integers.
 *
 * Rows are u8 with their zero at 128, which adds 128 · Σ e to the product with a query e. That is told
 * as the query's centre and subtracted later, in integers. 255 · 127 · d stays below 2³¹ up to 66,000
 * dimensions.
 *
 * @throws Error where onnxruntime cannot be used
 */
export async function matmulInteger(form: EightBitQueries): Promise<IntegerProduct> {
  const isSigned = form === 's8';
  const zero = isSigned ? 0 : ZERO;
  const session = await openSession(graph(form), {
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
      // Bytes: those of −1 and 255 are the same.
      const queries = new Uint8Array(memory.buffer, address, codes.length * columns);
      let sum = 0;
      for (let t = 0; t < codes.length; t++) {
        const code = codes[t] as number;
        queries[t * columns + column] = code + zero;
        sum += code;
      }
      return ZERO * sum;
    },
    bind:
      ({ buffer }) =>
      async ({ rows, rowCount, queries, columns, dimension, products }) => {
        // Views of the one memory: nothing is copied on the way in or out.
        const x = new Uint8Array(buffer, rows, rowCount * dimension);
        const size = dimension * columns;
        const shape = [dimension, columns];
        const q = isSigned
          ? new Tensor('int8', new Int8Array(buffer, queries, size), shape)
          : new Tensor('uint8', new Uint8Array(buffer, queries, size), shape);
        const out = new Int32Array(buffer, products, rowCount * columns);
        await session.run(
          {
            rows: new Tensor('uint8', x, [rowCount, dimension]),
            queries: q,
          },
          { products: new Tensor('int32', out, [rowCount, columns]) },
        );
      },
  };
}

/** (`rows` u8 n × d, `queries` s8 or u8 d × q) → `products` s32 n × q. */
function graph(form: EightBitQueries): Uint8Array {
  const zero = 'query-zero';
  const isSigned = form === 's8';
  return encodeOnnx({
    name: 'integer-products',
    inputs: [
      { name: 'rows', type: 'uint8', shape: ['n', 'd'] },
      { name: 'queries', type: isSigned ? 'int8' : 'uint8', shape: ['d', 'q'] },
    ],
    outputs: [{ name: 'products', type: 'int32', shape: ['n', 'q'] }],
    constants: isSigned
      ? []
      : [{ name: zero, type: 'uint8', shape: [], data: Uint8Array.of(ZERO) }],
    nodes: [
      {
        operation: 'MatMulInteger',
        // The third input, the zero of the rows, is left out.
        inputs: ['rows', 'queries', ...(isSigned ? [] : ['', zero])],
        outputs: ['products'],
      },
    ],
  });
}
