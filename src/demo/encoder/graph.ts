import { encodeOnnx, int64Constant } from '../../embed/onnx/model.ts';
import type { TokenTable } from './token-table.ts';

/**
 * The model's graph: token vectors gathered from an 8-bit table, their masked sum by MatMul, divided by
 * the number of tokens, times the table's scale. What MatMul adds up are integers below 2²⁴, which float32
 * holds exactly, so that the result has the same bits whatever the batch, the padding, the threads and
 * the order in which a processor's kernel adds. Inputs `input_ids` and `attention_mask`, int64
 * [batch, tokens]; output `sentence_embedding`, float32 [batch, dimension].
 */
export function encoderGraph({ dimension, rows, scale }: TokenTable): Uint8Array {
  return encodeOnnx({
    name: 'mean-of-tokens',
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'tokens'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimension] }],
    constants: [
      {
        name: 'rows',
        type: 'int8',
        shape: [rows.length / dimension, dimension],
        data: new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength),
      },
      {
        name: 'scale',
        type: 'float32',
        shape: [],
        data: new Uint8Array(Float32Array.of(scale).buffer),
      },
      int64Constant('axis1', [1]),
    ],
    nodes: [
      { operation: 'Gather', inputs: ['rows', 'input_ids'], outputs: ['gathered'] },
      { operation: 'Cast', inputs: ['gathered'], outputs: ['tokens'], attributes: { to: 1 } },
      { operation: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { operation: 'Unsqueeze', inputs: ['mask', 'axis1'], outputs: ['maskRows'] },
      { operation: 'MatMul', inputs: ['maskRows', 'tokens'], outputs: ['sums'] },
      { operation: 'Squeeze', inputs: ['sums', 'axis1'], outputs: ['sum'] },
      {
        operation: 'ReduceSum',
        inputs: ['mask', 'axis1'],
        outputs: ['count'],
        attributes: { keepdims: 1 },
      },
      { operation: 'Div', inputs: ['sum', 'count'], outputs: ['mean'] },
      { operation: 'Mul', inputs: ['mean', 'scale'], outputs: ['sentence_embedding'] },
    ],
  });
}
