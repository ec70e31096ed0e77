import { encodeOnnx } from '../../../embed/onnx/model.ts';

/**
 * An ONNX model that multiplies queries with rows and keeps the best of each query:
 * (`queries` q × d, `rows` n × d, `count` [c]) → `scores` q × c falling, `places` q × c (row of each).
 */
export function topKGraph(): Uint8Array {
  return encodeOnnx({
    name: 'cosine-top-k',
    inputs: [
      { name: 'queries', type: 'float32', shape: ['q', 'd'] },
      { name: 'rows', type: 'float32', shape: ['n', 'd'] },
      { name: 'count', type: 'int64', shape: [1] },
    ],
    outputs: [
      { name: 'scores', type: 'float32', shape: ['q', 'c'] },
      { name: 'places', type: 'int32', shape: ['q', 'c'] },
    ],
    constants: [],
    nodes: [
      {
        operation: 'Gemm',
        inputs: ['queries', 'rows'],
        outputs: ['all'],
        attributes: { transB: 1 },
      },
      { operation: 'TopK', inputs: ['all', 'count'], outputs: ['scores', 'wide'] },
      // BigInt would make reading the places in JavaScript slow.
      { operation: 'Cast', inputs: ['wide'], outputs: ['places'], attributes: { to: 6 } },
    ],
  });
}
