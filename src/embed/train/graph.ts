import { encodeOnnx, int64Constant } from '../onnx/model.ts';
import type { TokenTable } from './token-table.ts';

/**
 * The model's graph: token vectors gathered from an 8-bit table, their masked sum by MatMul (bit-identical
 * whatever the batch and the padding, since padding adds exact zeros at the end of each sum), divided by
 * the number of tokens. Inputs `input_ids` and `attention_mask`, int64 [batch, tokens]; output
 * `sentence_embedding`, float32 [batch, dimension].
 */
export function encoderGraph(table: TokenTable): Uint8Array {
  const tokenCount = table.gains.length;
  const dimension = table.rows.length / tokenCount;
  const bytes = (data: Int8Array | Float32Array) =>
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return encodeOnnx({
    name: 'mean-of-tokens',
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'tokens'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimension] }],
    constants: [
      { name: 'rows', type: 'int8', shape: [tokenCount, dimension], data: bytes(table.rows) },
      { name: 'gains', type: 'float32', shape: [tokenCount], data: bytes(table.gains) },
      int64Constant('axis1', [1]),
    ],
    nodes: [
      { operation: 'Gather', inputs: ['rows', 'input_ids'], outputs: ['gathered'] },
      { operation: 'Cast', inputs: ['gathered'], outputs: ['tokens'], attributes: { to: 1 } },
      { operation: 'Gather', inputs: ['gains', 'input_ids'], outputs: ['gain'] },
      { operation: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { operation: 'Mul', inputs: ['gain', 'mask'], outputs: ['weights'] },
      { operation: 'Unsqueeze', inputs: ['weights', 'axis1'], outputs: ['weightRows'] },
      { operation: 'MatMul', inputs: ['weightRows', 'tokens'], outputs: ['sums'] },
      { operation: 'Squeeze', inputs: ['sums', 'axis1'], outputs: ['sum'] },
      {
        operation: 'ReduceSum',
        inputs: ['mask', 'axis1'],
        outputs: ['count'],
        attributes: { keepdims: 1 },
      },
      { operation: 'Div', inputs: ['sum', 'count'], outputs: ['sentence_embedding'] },
    ],
  });
}
